"""What delivers events: the stores, and a sink behind the operator's egress rule."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

from tagwake.adapters.deliveries import open_sink
from tagwake.core.egress import Egress
from tagwake.verbs.deliver import Deliverer
from tagwake.wiring.counted import CountedSink
from tagwake.wiring.service import Service


@asynccontextmanager
async def open_deliverer(
    service: Service,
    egress: Egress,
    environment: Mapping[str, str],
    *,
    source: str,
    attempts_kept: timedelta,
) -> AsyncIterator[Deliverer]:
    """What delivers for a service: its ``run`` goes on until it is cancelled.

    :param environment: read for ``SSL_CERT_FILE`` and ``SSL_CERT_DIR``.
    :param source: a URI that names the service in every event, such as its address.
    """
    async with open_sink(egress, environment, timing=service.timing) as sink:
        yield Deliverer(
            service.subscriptions,
            service.feed,
            CountedSink(sink, service.tally),
            service.timing,
            source=source,
            threads=service.threads,
            attempts_kept=attempts_kept,
        )
