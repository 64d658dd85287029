"""The service that is asked to do something: the running one that is named, else the database of this machine."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from tagwake.adapters.timing import system_timing
from tagwake.ports.service_desk import ServiceDesk
from tagwake.wiring.service_client import is_named, open_client


@asynccontextmanager
async def open_desk(environment: Mapping[str, str]) -> AsyncIterator[ServiceDesk]:
    """The desk; the database is made where there is none.

    :raises UsageRefused: where the URL is none, the extra is not installed, or there is nowhere to keep a database.
    :raises StoreFailed: where the database does not answer.
    """
    timing = system_timing()
    if is_named(environment):
        from tagwake.adapters.service_api.desk import ApiDesk

        async with open_client(environment, timing) as client:
            yield ApiDesk(client)
        return
    from tagwake.verbs.store_desk import StoreDesk
    from tagwake.wiring.service_settings import load_service_settings
    from tagwake.wiring.stores import open_stores

    settings, _ = load_service_settings(environment)
    with open_stores(environment, settings) as stores:
        yield StoreDesk(
            history=stores.history,
            feed=stores.feed,
            watches=stores.watches,
            sources=stores.sources,
            subscriptions=stores.subscriptions,
            tokens=stores.tokens,
            by=environment.get("USER") or "cli",
            now=timing.now,
            random_bytes=os.urandom,
        )
