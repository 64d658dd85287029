"""The work of a service beside answering: deliveries, and keeping only what is to be kept."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from tagwake.core.errors import StoreFailed
from tagwake.core.service_settings import ServiceSettings
from tagwake.wiring.deliveries import open_deliverer
from tagwake.wiring.polling import open_pollers
from tagwake.wiring.service import Service

TIDYING = 600.0
"""Seconds between two times that old sightings are dropped."""

Run = Callable[[], Awaitable[None]]
"""Works until it is cancelled."""


@asynccontextmanager
async def open_work(
    service: Service,
    settings: ServiceSettings,
    environment: Mapping[str, str],
    kinds: Collection[str],
    *,
    source: str,
) -> AsyncIterator[tuple[Run, ...]]:
    """What works for a service; leases are given back when it is cancelled.

    :param kinds: which of :data:`~tagwake.core.service_settings.WORK_KINDS`.
    :param source: a URI that names the service in events.
    """
    async with AsyncExitStack() as stack:
        runs: list[Run] = []
        if "deliver" in kinds:
            deliverer = await stack.enter_async_context(
                open_deliverer(
                    service,
                    settings.egress,
                    environment,
                    source=source,
                    attempts_kept=settings.attempts_kept,
                )
            )
            runs.append(deliverer.run)
        if "poll" in kinds:
            poller, lister = await stack.enter_async_context(open_pollers(service, settings, environment))
            runs += [poller.run, lister.run, lambda: _tidy(service)]
        yield tuple(runs)


async def _tidy(service: Service) -> None:
    """Forget raw sightings whose time has run out, now and then; a database that fails is asked again."""
    while True:
        try:
            await service.call(service.history.prune, now=service.timing.now())
        except StoreFailed:
            await asyncio.sleep(TIDYING / 10)
            continue
        await asyncio.sleep(TIDYING)
