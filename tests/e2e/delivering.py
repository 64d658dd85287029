"""A process that delivers: `python -m tests.e2e.delivering DATABASE SECONDS`, its clock that many seconds ahead."""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from tagwake.adapters.deliveries import open_sink
from tagwake.adapters.sealing import KeySealer
from tagwake.adapters.stores.engine import open_engine
from tagwake.adapters.stores.feed import DatabaseFeed
from tagwake.adapters.stores.subscription_store import DatabaseSubscriptionStore
from tagwake.adapters.timing import system_timing
from tagwake.core.egress import Egress
from tagwake.verbs.deliver import Deliverer

SEALER = KeySealer([bytes(range(32))])
SOURCE = "https://tagwake.example/"


async def deliver(database: str, ahead: float) -> None:
    engine = open_engine(database)
    store, real = DatabaseSubscriptionStore(engine, SEALER), system_timing()
    timing = replace(real, now=lambda: real.now() + timedelta(seconds=ahead))
    with ThreadPoolExecutor(2) as threads:
        async with open_sink(Egress.of(("127.0.0.1",)), {}, timing=timing) as sink:
            feed = DatabaseFeed(engine)
            await Deliverer(store, feed, sink, timing, source=SOURCE, threads=threads).run()


if __name__ == "__main__":
    asyncio.run(deliver(sys.argv[1], float(sys.argv[2])))
