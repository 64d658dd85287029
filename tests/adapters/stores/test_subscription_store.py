"""What only a database shows of deliveries: many processes at once."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tagwake.adapters.sealing import KeySealer
from tagwake.adapters.stores.engine import open_engine
from tagwake.adapters.stores.schema import upgrade
from tagwake.adapters.stores.subscription_store import DatabaseSubscriptionStore
from tagwake.core.reference import Stream
from tagwake.core.subscription import Subscription
from tagwake.ports.subscription_store import Attempt, Progress

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STREAMS = [Stream("r.example", "team/app", str(number)) for number in range(30)]
NAMES = ("one", "two")
ROUNDS = 4


@pytest.fixture(params=["sqlite", "postgres"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[DatabaseSubscriptionStore]]:
    url = f"sqlite:///{tmp_path}/a.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    engines = [open_engine(url) for _ in range(3)]
    upgrade(engines[0])
    yield [DatabaseSubscriptionStore(engine, KeySealer([bytes(32)])) for engine in engines]
    for engine in engines:
        engine.dispose()


def test_processes_at_once_tell_everything_once_and_in_order(stores: list[DatabaseSubscriptionStore]) -> None:
    """One takes up the feed, others claim, renew and settle; nobody waits for another in a circle."""
    for name in NAMES:
        stores[0].add(Subscription(name, "https://a.example/"), (), after=0, now=NOW)

    def take_up(name: str) -> None:
        for end in range(len(STREAMS), (ROUNDS + 1) * len(STREAMS), len(STREAMS)):
            start = end - len(STREAMS)
            cursors = {stream: start + place for place, stream in enumerate(STREAMS[::-1], 1)}
            assert stores[2].assign(name, start, end, cursors, now=NOW)

    def deliver(number: int) -> list[Attempt]:
        store, tried = stores[number % 3], list[Attempt]()
        for _ in range(12):
            leases = store.claim(dict.fromkeys(NAMES, 7), now=NOW)
            assert store.renew(leases, now=NOW) == ()
            progress = [
                Progress(
                    lease,
                    lease.until,
                    None,
                    tried=(
                        Attempt(lease.subscription, lease.stream, lease.until, 1, NOW, timedelta(0), 204),
                    ),
                )
                for lease in leases
            ]
            assert store.settle(progress, now=NOW) == ()
            tried += [attempt for each in progress for attempt in each.tried]
        return tried

    with ThreadPoolExecutor(5) as pool:
        taking = [pool.submit(take_up, name) for name in NAMES]
        done = [pool.submit(deliver, number) for number in range(4)]
        for each in taking:
            each.result()
        tried = [attempt for each in done for attempt in each.result()]
    while more := deliver(0):
        tried += more
    told = Counter((attempt.subscription, attempt.stream, attempt.cursor) for attempt in tried)
    assert set(told.values()) == {1}
    last = {(name, stream): 0 for name in NAMES for stream in STREAMS}
    for name, stream, cursor in told:
        last[name, stream] = max(last[name, stream], cursor)
    ends = {stream: ROUNDS * len(STREAMS) - place for place, stream in enumerate(STREAMS)}
    assert last == {(name, stream): ends[stream] for name in NAMES for stream in STREAMS}
    assert sum(len(stores[0].attempts(name, 10_000)) for name in NAMES) == len(tried)
