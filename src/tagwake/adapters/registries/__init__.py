"""Registries, asked over HTTP: the client, its logins and tokens."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tagwake.core.egress import Egress
from tagwake.core.patience import Patience
from tagwake.core.registry_rule import RegistryRule
from tagwake.ports.timing import Timing

if TYPE_CHECKING:
    from tagwake.adapters.registries.client import Registries


@asynccontextmanager
async def open_registries(
    rules: Sequence[RegistryRule],
    environment: Mapping[str, str],
    *,
    timing: Timing,
    patience: Patience | None = None,
    egress: Egress | None = None,
) -> "AsyncIterator[Registries]":
    """All registries, for one run: each distinct question is asked once.

    :param environment: logins, proxies and certificate authorities are found by it (``DOCKER_CONFIG``, ``HOME``,
        ``PATH``, ``REGISTRY_AUTH_FILE``, ``XDG_RUNTIME_DIR``, ``XDG_CONFIG_HOME``, ``HTTPS_PROXY``, ``HTTP_PROXY``,
        ``NO_PROXY``, ``SSL_CERT_FILE``, ``SSL_CERT_DIR``).
    :param timing: clocks and chance, :func:`tagwake.adapters.timing.system_timing` for this machine's.
    :param patience: limits of each question.
    :param egress: for a service, whose questions others can steer: where it may connect
        (:func:`tagwake.adapters.http.open_http`).
    """
    from tagwake.adapters.http import open_http  # aiohttp costs 0.2 s of start-up: only look-ups pay it
    from tagwake.adapters.registries.authorization import Authorization
    from tagwake.adapters.registries.client import Registries
    from tagwake.adapters.registries.credentials import Credentials

    async with open_http(environment, patience or Patience(), timing, egress) as http:
        yield Registries(rules, http, Authorization(http, Credentials(environment), timing.monotonic))
