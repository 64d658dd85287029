"""The running service that ``TAGWAKE_URL`` names."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tagwake.core.patience import Patience
from tagwake.ports.timing import Timing

if TYPE_CHECKING:
    from tagwake.adapters.service_api.client import ServiceClient

URL, TOKEN = "TAGWAKE_URL", "TAGWAKE_TOKEN"


def is_named(environment: Mapping[str, str]) -> bool:
    """Whether a service is named."""
    return bool(environment.get(URL))


@asynccontextmanager
async def open_client(environment: Mapping[str, str], timing: Timing) -> "AsyncIterator[ServiceClient]":
    """A client of the service.

    :raises UsageRefused: where the URL is none, or the token would be sent for everybody to read.
    """
    from tagwake.adapters.http import open_http
    from tagwake.adapters.service_api.client import ServiceClient

    async with open_http(environment, Patience(), timing) as http:
        yield ServiceClient(http, environment.get(URL, ""), environment.get(TOKEN) or None)
