"""What the faces of the service are given: the stores, the time, and threads for what blocks."""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import ParamSpec, TypeVar

from tagwake.adapters.timing import system_timing
from tagwake.core.service_settings import ServiceSettings
from tagwake.ports.feed import Feed
from tagwake.ports.history_store import HistoryStore
from tagwake.ports.list_queue import ListQueue
from tagwake.ports.look_queue import LookQueue
from tagwake.ports.source_store import SourceStore
from tagwake.ports.subscription_store import SubscriptionStore
from tagwake.ports.timing import Timing
from tagwake.ports.token_store import TokenStore
from tagwake.ports.watch_store import WatchStore
from tagwake.wiring.stores import open_stores
from tagwake.wiring.tally import Tally

THREADS = 8
"""Transactions of one process that are under way at once."""

Given = ParamSpec("Given")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of a service, as its faces use them.

    Stores block: :meth:`call` runs one of their methods in a thread, and a transaction ends with it.

    :param threads: a small pool; as many transactions are under way as it has threads.
    :param random_bytes: so many of them, fit for keys.
    :param tally: what this process has done.
    """

    history: HistoryStore
    feed: Feed
    looks: LookQueue
    lists: ListQueue
    watches: WatchStore
    sources: SourceStore
    subscriptions: SubscriptionStore
    tokens: TokenStore
    timing: Timing
    threads: Executor
    random_bytes: Callable[[int], bytes]
    tally: Tally = field(default_factory=Tally)

    async def call(
        self, step: Callable[Given, Result], *arguments: Given.args, **options: Given.kwargs
    ) -> Result:
        """What the step gives, run in a thread: ``await service.call(service.history.timeline, stream)``."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, partial(step, *arguments, **options))


@contextmanager
def open_service(
    environment: Mapping[str, str], settings: ServiceSettings, *, threads: int = THREADS
) -> Iterator[Service]:
    """A service on the database that the environment names; its threads end with it.

    :raises UsageRefused: where there is nowhere to keep a database, or the extra is not installed.
    :raises StoreFailed: where the database does not answer.
    """
    with (
        open_stores(environment, settings, pool_size=threads) as stores,
        ThreadPoolExecutor(threads, "store") as executor,
    ):
        yield Service(
            history=stores.history,
            feed=stores.feed,
            looks=stores.looks,
            lists=stores.lists,
            watches=stores.watches,
            sources=stores.sources,
            subscriptions=stores.subscriptions,
            tokens=stores.tokens,
            timing=system_timing(),
            threads=executor,
            random_bytes=os.urandom,
        )
