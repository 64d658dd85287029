"""Deliveries from a real database to a real receiver: in order per tag and at least once, whoever refuses or dies."""

import asyncio
import contextlib
import json
import random
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import standardwebhooks
from aiohttp import web
from tests.adapters.scripted import FakeTime, serving
from tests.e2e.delivering import SEALER, SOURCE
from tests.postgres_server import IN_A_HURRY, postgres
from tests.verbs.events import SECRET, stream, subscribe

from tagwake.adapters.deliveries import open_sink
from tagwake.adapters.stores.engine import open_engine
from tagwake.adapters.stores.feed import DatabaseFeed
from tagwake.adapters.stores.history import DatabaseHistory
from tagwake.adapters.stores.schema import upgrade
from tagwake.adapters.stores.subscription_store import DatabaseSubscriptionStore
from tagwake.adapters.timing import system_timing
from tagwake.core.digest import Digest
from tagwake.core.egress import Egress
from tagwake.core.retry_schedule import ATTEMPTS
from tagwake.core.sighting import Sighting
from tagwake.ports.lease import LEASE
from tagwake.ports.timing import Timing
from tagwake.verbs.deliver import Deliverer

pytestmark = pytest.mark.e2e

TAGS = [f"t{number}" for number in range(40)]
MOVES = 3
DAY = timedelta(days=1).total_seconds()


@dataclass
class Place:
    """A database with a feed in which every tag has moved."""

    url: str

    def __post_init__(self) -> None:
        self.engine = open_engine(self.url)
        upgrade(self.engine)
        self.store = DatabaseSubscriptionStore(self.engine, SEALER)
        self.feed = DatabaseFeed(self.engine)
        history = DatabaseHistory(self.engine)
        start = system_timing().now() - timedelta(hours=1)
        for move in range(MOVES):
            for number, tag in enumerate(TAGS):
                digest = Digest("sha256", f"{number * MOVES + move:064x}")
                seen_at = start + timedelta(minutes=move)
                history.record(Sighting(stream(tag), seen_at, digest, "poll"), now=seen_at)

    def happened(self) -> dict[str, list[int]]:
        found = defaultdict(list)
        for event in self.feed.events(0, 1_000):
            found[event.stream.tag].append(event.cursor)
        return found


@dataclass
class Receiver:
    """Takes what `answer` lets it take, and keeps the tag and cursor of each, in the order in which they came."""

    answer: Callable[[], int | None] = lambda: 204
    taken: list[tuple[str, int]] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        self.verify(request, body)
        data = json.loads(body)["data"]
        status = self.answer()
        if status is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if status == 204:
            self.taken.append((data["image"].rpartition(":")[2], data["cursor"]))
            self.arrived.set()
        return web.Response(status=status)

    def verify(self, request: web.BaseRequest, body: bytes) -> None:
        sent_at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
        signed = standardwebhooks.Webhook(SECRET).sign(request.headers["webhook-id"], sent_at, body.decode())
        assert signed == request.headers["webhook-signature"]

    async def until(self, enough: Callable[[], bool]) -> None:
        async with asyncio.timeout(120):
            while not enough():
                await self.arrived.wait()
                self.arrived.clear()

    def firsts(self) -> dict[str, list[int]]:
        """Each tag's events in the order in which they were first taken."""
        found = defaultdict(list)
        for tag, cursor in dict.fromkeys(self.taken):
            found[tag].append(cursor)
        return found


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/tagwake.db"
    else:
        url = request.getfixturevalue("postgres_url")
    made = Place(url)
    yield made
    made.engine.dispose()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


@contextlib.asynccontextmanager
async def deliverers(
    place: Place, timing: Timing, threads: ThreadPoolExecutor, many: int
) -> AsyncIterator[list[Deliverer]]:
    async with open_sink(Egress.of(("127.0.0.1",)), {}, timing=timing) as sink:
        yield [
            Deliverer(place.store, place.feed, sink, timing, source=SOURCE, threads=threads)
            for _ in range(many)
        ]


async def test_three_that_share_the_work_tell_everything(place: Place, threads: ThreadPoolExecutor) -> None:
    receiver, happened = Receiver(), place.happened()
    async with (
        serving(receiver.handle) as server,
        deliverers(place, system_timing(), threads, 3) as three,
    ):
        subscribe(place.store, url=f"http://{server.host}/")
        tasks = [asyncio.create_task(each.run()) for each in three]
        await receiver.until(lambda: len(set(receiver.taken)) == MOVES * len(TAGS))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert receiver.firsts() == happened
    (health,) = place.store.health()
    assert (health.behind, health.dead, health.last_failure) == (0, 0, "")


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_refused_is_told_in_the_end(
    place: Place, threads: ThreadPoolExecutor, seed: int
) -> None:
    chance, time, happened = random.Random(seed), FakeTime(), place.happened()
    answers = [204, 204, 500, 503, 404, 429, None]
    receiver = Receiver(lambda: chance.choice(answers))
    async with (
        serving(receiver.handle) as server,
        deliverers(place, time.timing, threads, 2) as both,
    ):
        subscribe(place.store, url=f"http://{server.host}/")
        for _ in range(3):
            await asyncio.gather(*(each.run_once() for each in both))
            time.seconds += DAY
        receiver.answer = lambda: 204
        for _ in range(ATTEMPTS):
            await asyncio.gather(*(each.run_once() for each in both))
            time.seconds += 2 * DAY
    assert receiver.firsts() == happened
    (health,) = place.store.health()
    assert (health.behind, health.dead) == (0, 0)


@pytest.mark.slow
async def test_a_process_that_is_killed_leaves_nothing_untold(place: Place) -> None:
    """SIGKILL, four times, in the midst of it; the clock of the next is ahead by a lease, so that nobody waits."""
    receiver, happened, chance = Receiver(), place.happened(), random.Random(7)
    async with serving(receiver.handle) as server:
        subscribe(place.store, url=f"http://{server.host}/")
        for life in range(5):
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.e2e.delivering",
                place.url,
                str(life * LEASE.total_seconds()),
                cwd=Path(__file__).parents[2],
            )
            try:
                wanted = len(set(receiver.taken)) + chance.randrange(1, 20)
                whole = MOVES * len(TAGS)
                aim = min(wanted, whole) if life < 4 else whole
                await receiver.until(lambda aim=aim: len(set(receiver.taken)) >= aim)  # type: ignore[misc]
            finally:
                process.kill()
                await process.wait()
    assert receiver.firsts() == happened


@pytest.mark.slow
async def test_a_database_that_restarts_loses_nothing(threads: ThreadPoolExecutor) -> None:
    with postgres(IN_A_HURRY) as server:
        place = Place(server.new_database())
        receiver, happened = Receiver(), place.happened()
        async with (
            serving(receiver.handle) as receiving,
            deliverers(place, system_timing(), threads, 2) as both,
        ):
            subscribe(place.store, url=f"http://{receiving.host}/")
            tasks = [asyncio.create_task(each.run()) for each in both]
            await receiver.until(lambda: len(receiver.taken) > 5)
            await asyncio.to_thread(server.restart)
            await receiver.until(lambda: len(set(receiver.taken)) == MOVES * len(TAGS))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        place.engine.dispose()
    assert receiver.firsts() == happened
