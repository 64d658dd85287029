"""Issuers of identity tokens, asked for their keys behind the operator's egress rule."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from tagwake.core.egress import Egress
from tagwake.core.patience import Patience
from tagwake.ports.issuer_keys import IssuerKeys
from tagwake.ports.timing import Timing


@asynccontextmanager
async def open_issuer_keys(
    egress: Egress, environment: Mapping[str, str], timing: Timing
) -> AsyncIterator[IssuerKeys]:
    """All issuers, for as long as hooks are taken.

    :param environment: read for ``SSL_CERT_FILE`` and ``SSL_CERT_DIR``.
    """
    from tagwake.adapters.http import open_http
    from tagwake.adapters.issuer_keys import HttpIssuerKeys

    async with open_http(environment, Patience(), timing, egress) as http:
        yield HttpIssuerKeys(http)
