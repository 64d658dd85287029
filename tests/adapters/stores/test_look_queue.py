"""What only a database shows of the queue: many at once, and what a restart leaves."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from tagwake.adapters.stores.engine import open_engine
from tagwake.adapters.stores.host_budgets import HostBudgets
from tagwake.adapters.stores.list_queue import DatabaseListQueue
from tagwake.adapters.stores.look_queue import DatabaseLookQueue
from tagwake.adapters.stores.schema import upgrade
from tagwake.adapters.stores.watch_store import DatabaseWatchStore
from tagwake.core.budget import Budget
from tagwake.core.watch_pattern import WatchPattern
from tagwake.ports.lease import LEASE, StaleLease
from tagwake.ports.look_queue import Lease
from tagwake.testing.contracts.look_queue import HOUR, SLOW, START, A, B, hint, seen, stream

TAGS = [str(number) for number in range(40)]


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/work.db"
    return str(request.getfixturevalue("postgres_url"))


class Process:
    """What one process has of the database; another opens it anew."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        upgrade(self.engine)
        budgets = HostBudgets(Budget(1e6, 1e6), {SLOW: Budget(rate=1, burst=10)})
        self.looks = DatabaseLookQueue(self.engine, budgets)
        self.lists = DatabaseListQueue(self.engine, budgets)
        self.watches = DatabaseWatchStore(self.engine, budgets)


@pytest.fixture
def processes(url: str) -> Iterator[list[Process]]:
    started = [Process(url) for _ in range(3)]
    yield started
    for process in started:
        process.engine.dispose()


def follow(process: Process, host: str) -> None:
    patterns = [WatchPattern(host, "team/app", tag) for tag in TAGS]
    process.watches.watch(patterns, by="test", now=START)


def test_processes_that_claim_at_once_share_what_is_due(processes: list[Process]) -> None:
    follow(processes[0], "r.example")

    def claim(process: Process) -> list[Lease]:
        found: list[Lease] = []
        while claimed := process.looks.claim(3, now=START):
            found += claimed
        return found

    with ThreadPoolExecutor(len(processes)) as pool:
        claimed = Counter(lease.stream.tag for leases in pool.map(claim, processes) for lease in leases)
    assert claimed == Counter(TAGS)


def test_all_processes_together_stay_within_a_host_s_budget(processes: list[Process]) -> None:
    follow(processes[0], SLOW)
    with ThreadPoolExecutor(len(processes)) as pool:
        claims = pool.map(lambda process: process.looks.claim(9, now=START), processes)
        assert sum(map(len, claims)) == 10


def test_hints_claims_and_records_at_once_lose_nothing(processes: list[Process]) -> None:
    """Every tag moves, is hinted at and looked at, its siblings are promoted, and nobody waits for another in a circle."""
    follow(processes[0], "r.example")
    streams = [stream(tag) for tag in TAGS]

    def hint_at_all(number: int) -> int:
        order = streams if number % 2 else streams[::-1]
        return processes[number % 3].looks.hint([hint(each) for each in order], now=START)

    def look_at_some(number: int) -> int:
        looks = processes[number % 3].looks
        leases = looks.claim(5, now=START)
        for lease in leases:
            digest = A if number % 2 else B
            looks.record(lease, seen(digest), now=START, next_due=START + HOUR, promote=streams)
        return len(leases)

    with ThreadPoolExecutor(4) as pool:
        hinting = [pool.submit(hint_at_all, number) for number in range(12)]
        looking = [pool.submit(look_at_some, number) for number in range(24)]
        assert {done.result() for done in hinting} == {len(TAGS)}
        assert sum(done.result() for done in looking) > 0
    left: list[Lease] = []
    while claimed := processes[0].looks.claim(50, now=START + timedelta(minutes=1)):
        left += claimed
    assert all(lease.claim is None or lease.how == "hook:zot" for lease in left)
    assert {lease.stream for lease in left} == set(streams) - {
        sibling.stream
        for sibling in processes[0].looks.siblings(stream("none"))
        if sibling.due_at > START + timedelta(minutes=1)
    }


def test_a_repository_is_listed_by_one_process(processes: list[Process]) -> None:
    processes[0].watches.watch([WatchPattern.parse("r.example/team/app:*")], by="test", now=START)
    with ThreadPoolExecutor(len(processes)) as pool:
        claims = pool.map(lambda process: process.lists.claim_lists(9, now=START), processes)
        assert sum(map(len, claims)) == 1


def test_another_process_records_what_it_did_not_claim_itself(processes: list[Process]) -> None:
    """A lease is a value: whoever has it may use it."""
    follow(processes[0], "r.example")
    (lease,) = processes[0].looks.claim(1, now=START)
    (event,) = processes[1].looks.record(lease, seen(A), now=START, next_due=START + HOUR)
    assert event.digest == A
    assert processes[2].looks.renew([lease], now=START) == (lease,)


def test_looks_recorded_at_once_are_told_each_its_own(processes: list[Process]) -> None:
    """One process records many together; a stale one among them is refused, and nothing of it is written."""
    follow(processes[0], "r.example")
    looks = processes[0].looks
    stale = looks.claim(5, now=START)
    leases = looks.claim(len(TAGS), now=START + LEASE)

    def record(lease: Lease) -> str:
        now = START + LEASE
        try:
            (event,) = looks.record(lease, seen(A), now=now, next_due=now + HOUR)
        except StaleLease:
            return "stale"
        return event.stream.tag

    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(record, [*stale, *leases]))
    assert told == ["stale"] * 5 + [lease.stream.tag for lease in leases]
    assert looks.claim(1, now=START + LEASE) == ()
