"""Receivers of events, posted to over HTTP."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from tagwake.core.egress import Egress
from tagwake.core.patience import Patience
from tagwake.ports.event_sink import EventSink
from tagwake.ports.timing import Timing

ATTEMPT_SECONDS = 20.0
"""How long one attempt may take, from its start to the end of the answer (Standard Webhooks 1.0.0: 15 to 30 s)."""

KEEP_ALIVE = 4.0
"""Seconds that a connection is kept: less than receivers do (five, as a rule), for a POST that meets their end of it fails."""


@asynccontextmanager
async def open_sink(
    egress: Egress, environment: Mapping[str, str], *, timing: Timing, seconds: float = ATTEMPT_SECONDS
) -> AsyncIterator[EventSink]:
    """A sink for all receivers; its connections are closed at the end.

    :param egress: where it may connect; the proxies of the environment are not asked.
    :param environment: read for ``SSL_CERT_FILE`` and ``SSL_CERT_DIR``.
    :param seconds: how long one attempt may take.
    """
    from tagwake.adapters.deliveries.http_sink import HttpSink
    from tagwake.adapters.http import open_http

    patience = Patience(attempt=seconds)
    async with open_http(environment, patience, timing, egress, keep_alive=KEEP_ALIVE) as http:
        yield HttpSink(http, timing.monotonic)
