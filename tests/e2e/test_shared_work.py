"""Processes that share the work on PostgreSQL: one is killed with 200 looks in hand, one is frozen and wakes too late."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count

import pytest
from tests.postgres_server import postgres

from tagwake.adapters.stores.engine import open_engine
from tagwake.adapters.stores.history import DatabaseHistory
from tagwake.adapters.stores.host_budgets import HostBudgets
from tagwake.adapters.stores.look_queue import DatabaseLookQueue
from tagwake.adapters.stores.schema import upgrade
from tagwake.adapters.stores.watch_store import DatabaseWatchStore
from tagwake.core.budget import Budget
from tagwake.core.errors import StoreFailed
from tagwake.core.hint import Hint
from tagwake.core.watch_pattern import WatchPattern

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

TAGS = 260
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
WORKER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from tagwake.adapters.stores.engine import open_engine
from tagwake.adapters.stores.host_budgets import HostBudgets
from tagwake.adapters.stores.look_queue import DatabaseLookQueue
from tagwake.core.budget import Budget
from tagwake.core.digest import Digest
from tagwake.core.look import Seen
from tagwake.ports.lease import StaleLease

url, wanted, letter = sys.argv[1], int(sys.argv[2]), sys.argv[3]
queue = DatabaseLookQueue(open_engine(url), HostBudgets(Budget(1e6, 1e6)))
seen = Seen(Digest("sha256", letter * 64), "x/y", 1)

def record(lease):
    now = datetime.now(UTC)
    try:
        return len(queue.record(lease, seen, now=now, next_due=now + timedelta(days=1)))
    except StaleLease:
        return "stale"

with ThreadPoolExecutor(8) as threads:
    for line in sys.stdin:
        if line == "claim\\n":
            leases = queue.claim(wanted, now=datetime.now(UTC))
            print(len(leases), flush=True)
        else:
            print(*threads.map(record, leases), flush=True)
"""


class Worker:
    """A process that claims and records when it is told to."""

    def __init__(self, url: str, wanted: int, letter: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER, url, str(wanted), letter],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, what: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()

    def answer(self) -> list[str]:
        assert self.process.stdout is not None
        return self.process.stdout.readline().split()

    def ask(self, what: str) -> list[str]:
        self.tell(what)
        return self.answer()


@pytest.fixture
def workers(postgres_url: str) -> Iterator[list[Worker]]:
    started = [Worker(postgres_url, 200, "a"), Worker(postgres_url, 50, "b"), Worker(postgres_url, 500, "c")]
    yield started
    for worker in started:
        worker.process.send_signal(signal.SIGCONT)
        worker.process.kill()
        worker.process.communicate()


def test_what_a_process_leaves_undone_is_done_by_others(postgres_url: str, workers: list[Worker]) -> None:
    engine = open_engine(postgres_url)
    upgrade(engine)
    patterns = [WatchPattern("r.example", "team/app", str(number)) for number in range(TAGS)]
    DatabaseWatchStore(engine, HostBudgets()).watch(patterns, by="test", now=LONG_AGO)
    killed, frozen, living = workers
    assert killed.ask("claim") == ["200"]
    assert frozen.ask("claim") == ["50"]
    killed.process.kill()
    frozen.process.send_signal(signal.SIGSTOP)
    begun = time.monotonic()
    done = 0
    while done < TAGS:
        living.tell("claim")
        if living.answer() == ["0"]:
            time.sleep(0.2)
            continue
        told = living.ask("record")
        assert set(told) == {"1"}
        done += len(told)
    assert done == TAGS
    assert time.monotonic() - begun > 5, "a lease was not held to its end"
    frozen.process.send_signal(signal.SIGCONT)
    assert set(frozen.ask("record")) == {"stale"}
    history = DatabaseHistory(engine)
    digests = {
        str(move.digest)
        for stream in history.streams("r.example", "team/app")
        for move in history.timeline(stream).moves
    }
    assert digests == {f"sha256:{'c' * 64}"}
    engine.dispose()


def test_what_was_acknowledged_outlives_a_crash_of_the_database() -> None:
    """Hints that were committed are there afterwards, and looks go on; what failed is told to who asked."""
    with postgres({"fsync": "off"}) as server:  # the machine does not crash, only the server
        engine = open_engine(server.url())
        upgrade(engine)
        budgets = HostBudgets(Budget(1e6, 1e6))
        queue, watches = DatabaseLookQueue(engine, budgets), DatabaseWatchStore(engine, budgets)
        watches.watch([WatchPattern.parse("r.example/team/app:*")], by="test", now=LONG_AGO)
        acknowledged: set[str] = set()
        failures: list[str] = []
        over = threading.Event()

        def hint_steadily(letter: str) -> None:
            for number in count():
                tag = f"{letter}{number}"
                try:
                    queue.hint([Hint("r.example", "team/app", tag, "zot", "main", tag)], now=LONG_AGO)
                except StoreFailed as error:
                    failures.append(str(error))
                else:
                    acknowledged.add(tag)
                if over.is_set():
                    return

        with ThreadPoolExecutor(3) as threads:
            hinting = [threads.submit(hint_steadily, letter) for letter in "abc"]
            _until(lambda: len(acknowledged) > 30, hinting)
            server.restart("immediate")
            before = len(acknowledged)
            _until(lambda: len(acknowledged) > before + 30, hinting)
            over.set()
            for each in hinting:
                each.result()
        assert {stream.tag for stream in watches.watched(100_000)} >= acknowledged
        assert failures, "nothing was under way when the server went down"
        claimed = queue.claim(len(acknowledged), now=LONG_AGO)
        assert len({lease.stream for lease in claimed}) == len(acknowledged)
        engine.dispose()


def _until(holds: Callable[[], bool], working: Sequence[Future[None]]) -> None:
    while not holds():
        for each in working:
            if each.done():
                each.result()
        time.sleep(0.01)
