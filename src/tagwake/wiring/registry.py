"""All registries, as the settings say they are asked."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from tagwake.adapters.registries import open_registries
from tagwake.adapters.timing import system_timing
from tagwake.core.settings import Settings
from tagwake.ports.registry_pages import RegistryWithPages


@asynccontextmanager
async def open_registry(
    settings: Settings, environment: Mapping[str, str]
) -> AsyncIterator[RegistryWithPages]:
    """All registries, for one run.

    :param environment: logins, proxies and certificate authorities are found by it.
    """
    async with open_registries(settings.registries, environment, timing=system_timing()) as registry:
        yield registry
