"""Looks: claimed, asked, decided and written."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest

from tagwake.core.absence import APART
from tagwake.core.budget import Budget
from tagwake.core.digest import Digest
from tagwake.core.hint import Hint
from tagwake.core.history import MoveEvent
from tagwake.core.look import Look, Unchanged, Unknown
from tagwake.core.poll_schedule import PollSchedule, Rhythm
from tagwake.core.reference import Stream
from tagwake.core.resolution import Failure, Unresolved
from tagwake.core.watch_pattern import WatchPattern
from tagwake.ports.lease import LEASE, StaleLease
from tagwake.ports.timing import Timing
from tagwake.testing.twins.history_store import HistoryStoreTwin
from tagwake.testing.twins.look_queue import LookQueueTwin
from tagwake.testing.twins.registry import RegistryTwin
from tagwake.testing.twins.watch_store import WatchStoreTwin
from tagwake.testing.twins.work import Work
from tagwake.verbs.look import PAUSE, Poller
from tagwake.verbs.look_plan import LONGEST_PAUSE

START = datetime(2026, 11, 1, tzinfo=UTC)
HOST = "registry.test"


class Ask(Protocol):
    """What asks registries."""

    def __call__(self, stream: Stream, etag: str | None = None) -> Coroutine[Any, Any, Look]: ...


def stream(tag: str, repository: str = "acme/api") -> Stream:
    return Stream(HOST, repository, tag)


@dataclass
class Stage:
    """A poller over twins, with a clock that moves when it is told to."""

    now: datetime = START
    work: Work = field(default_factory=lambda: Work(Budget(1000.0, 1000.0)))
    registry: RegistryTwin = field(default_factory=RegistryTwin)

    def __post_init__(self) -> None:
        self.history = HistoryStoreTwin(gaps=self.work.gaps)
        self.queue = LookQueueTwin(self.work, self.history)
        self.timing = Timing(lambda: self.now, self._monotonic, asyncio.sleep, lambda: 0.5)
        self.poller = self.made(self.registry.look)

    def _monotonic(self) -> float:
        return self.now.timestamp()

    def made(self, look: Ask) -> Poller:
        schedule: PollSchedule[Stream] = PollSchedule(lambda: 0.5)
        return Poller(self.queue, _Asking(look), schedule, self.timing)

    def watch(self, *tags: str, repository: str = "acme/api") -> None:
        for tag in tags:
            pattern = WatchPattern.parse(f"{HOST}/{repository}:{tag}")
            WatchStoreTwin(self.work).watch([pattern], by="test", now=self.now)

    def push(self, tag: str, content: str, repository: str = "acme/api") -> Digest:
        return self.registry.push_image(f"{HOST}/{repository}:{tag}", content)

    def go(self, time: timedelta) -> None:
        self.now += time

    def due_in(self, tag: str) -> timedelta:
        return self.work.tags[stream(tag)].due_at - self.now

    def events(self, tag: str) -> list[MoveEvent]:
        return [move.event for move in self.history.timeline(stream(tag)).moves]


@dataclass
class _Asking:
    look: Ask


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_a_first_look_writes_what_it_saw_and_when_the_next_is_due(stage: Stage) -> None:
    stage.watch("1")
    digest = stage.push("1", "one")
    assert await stage.poller.run_once() == 1
    row = stage.work.tags[stream("1")]
    assert row.state.digest == digest
    assert row.state.etag == f'"{digest}"'
    assert row.leased_until is None
    assert Rhythm.decode(row.rhythm) is not None
    assert timedelta() < stage.due_in("1") < timedelta(days=2)
    assert stage.events("1") == [MoveEvent.CREATED]
    assert await stage.poller.run_once() == 0


async def test_an_unchanged_tag_is_confirmed_by_its_entity_tag(stage: Stage) -> None:
    looks: list[Look] = []

    async def look(stream: Stream, etag: str | None = None) -> Look:
        looks.append(await stage.registry.look(stream, etag))
        return looks[-1]

    stage.poller = stage.made(look)
    stage.watch("1")
    stage.push("1", "one")
    await stage.poller.run_once()
    stage.go(stage.due_in("1"))
    assert await stage.poller.run_once() == 1
    assert isinstance(looks[-1], Unchanged)
    assert stage.work.tags[stream("1")].state.looked_at == stage.now
    assert stage.events("1") == [MoveEvent.CREATED]


async def test_a_move_makes_those_that_had_the_same_digest_due_at_once(stage: Stage) -> None:
    stage.watch("1", "1.2")
    stage.push("1", "one")
    stage.push("1.2", "one")
    await stage.poller.run_once()
    stage.go(timedelta(hours=1))
    stage.push("1", "two")
    stage.push("1.2", "two")
    stage.work.tags[stream("1")].due_at = stage.now
    stage.work.tags[stream("1.2")].due_at = stage.now + timedelta(hours=5)
    assert await stage.poller.run_once() == 2
    assert stage.events("1.2") == [MoveEvent.CREATED, MoveEvent.MOVED]


async def test_a_tag_that_answers_404_twice_apart_in_time_is_deleted(stage: Stage) -> None:
    stage.watch("1")
    stage.push("1", "one")
    await stage.poller.run_once()
    stage.go(timedelta(days=1))
    del stage.registry.tags[stream("1")]
    await stage.poller.run_once()
    assert stage.events("1") == [MoveEvent.CREATED]
    assert stage.due_in("1") == APART
    stage.go(APART)
    await stage.poller.run_once()
    assert stage.events("1") == [MoveEvent.CREATED, MoveEvent.DELETED]
    assert stage.due_in("1") >= timedelta(hours=1)
    stage.push("1", "two")
    stage.go(stage.due_in("1"))
    await stage.poller.run_once()
    assert stage.events("1") == [MoveEvent.CREATED, MoveEvent.DELETED, MoveEvent.CREATED]


async def test_a_deletion_makes_its_twins_due(stage: Stage) -> None:
    stage.watch("1", "1.2", "2")
    stage.push("1", "one")
    stage.push("1.2", "one")
    stage.push("2", "two")
    await stage.poller.run_once()
    stage.go(timedelta(hours=1))
    del stage.registry.tags[stream("1")]
    for tag, hours in (("1", 0), ("1.2", 5), ("2", 5)):
        stage.work.tags[stream(tag)].due_at = stage.now + timedelta(hours=hours)
    assert await stage.poller.run_once() == 1
    stage.go(APART)
    assert await stage.poller.run_once() == 2
    assert stage.work.tags[stream("1.2")].state.looked_at == stage.now
    assert stage.work.tags[stream("2")].state.looked_at != stage.now


@pytest.mark.parametrize("failure", [each for each in Failure if each is not Failure.NOT_FOUND])
async def test_what_tells_nothing_changes_nothing_and_is_tried_again_later_and_later(
    stage: Stage, failure: Failure
) -> None:
    stage.watch("1")
    stage.push("1", "one")
    await stage.poller.run_once()
    rhythm = stage.work.tags[stream("1")].rhythm
    stage.registry.failures[HOST] = Unresolved(failure, "why")
    waits = []
    for _ in range(12):
        stage.go(max(stage.due_in("1"), PAUSE))
        assert await stage.poller.run_once() == 1
        waits.append(stage.due_in("1"))
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert waits[-1] == timedelta(hours=6)
    assert stage.events("1") == [MoveEvent.CREATED]
    assert stage.work.tags[stream("1")].rhythm == rhythm


@pytest.mark.parametrize(
    ("asked", "pause"),
    [(None, PAUSE), (timedelta(minutes=7), timedelta(minutes=7)), (timedelta(days=300), LONGEST_PAUSE)],
)
async def test_a_host_that_has_too_many_requests_is_left_alone(
    stage: Stage, asked: timedelta | None, pause: timedelta
) -> None:
    async def look(stream: Stream, etag: str | None = None) -> Look:
        return Unknown(Failure.RATE_LIMITED, f"{stream} {etag}", asked)

    stage.poller = stage.made(look)
    stage.watch("1")
    await stage.poller.run_once()
    assert stage.work.hosts[HOST].paused_until == stage.now + pause
    stage.watch("2")
    assert await stage.poller.run_once() == 0
    assert stage.due_in("1") >= pause


async def test_a_look_that_another_process_took_over_is_not_written(stage: Stage) -> None:
    stage.watch("1")
    stage.push("1", "one")
    (frozen,) = stage.queue.claim(1, now=stage.now)
    stage.go(2 * LEASE)
    assert await stage.poller.run_once() == 1
    stage.push("1", "two")
    with pytest.raises(StaleLease):
        await stage.poller.look(frozen)
    assert stage.events("1") == [MoveEvent.CREATED]


async def test_a_stop_gives_back_what_was_not_looked_at(stage: Stage) -> None:
    asked = asyncio.Event()

    async def look(stream: Stream, etag: str | None = None) -> Look:
        asked.set()
        return await asyncio.Future[Look]()

    stage.poller = stage.made(look)
    stage.watch("1", "2")
    tokens = stage.work.host(HOST, stage.now).tokens
    running = asyncio.create_task(stage.poller.run())
    await asked.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled()
    assert [row.leased_until for row in stage.work.tags.values()] == [None, None]
    assert [row.due_at for row in stage.work.tags.values()] == [stage.now, stage.now]
    assert stage.work.hosts[HOST].tokens == tokens


async def test_a_long_look_keeps_its_lease_and_one_that_is_lost_is_given_up(stage: Stage) -> None:
    answer = asyncio.Future[Look]()

    async def look(stream: Stream, etag: str | None = None) -> Look:
        return await asyncio.shield(answer)

    stage.poller = stage.made(look)
    stage.watch("1")
    assert await stage.poller.claim() == 1
    stage.go(timedelta(seconds=9))
    await stage.poller.renew()
    assert stage.work.tags[stream("1")].leased_until == stage.now + LEASE
    stage.go(2 * LEASE)
    assert len(stage.queue.claim(1, now=stage.now)) == 1
    await stage.poller.renew()
    for _ in range(3):
        await asyncio.sleep(0)
    answer.set_result(Unchanged())
    stage.go(2 * LEASE)
    assert await stage.poller.run_once() == 1
    assert stage.work.tags[stream("1")].state.failures == 1


async def test_what_a_hint_asks_for_is_looked_at_and_said_to_be_so(stage: Stage) -> None:
    stage.watch("1")
    stage.push("1", "one")
    await stage.poller.run_once()
    digest = stage.push("1", "two")
    stage.go(timedelta(seconds=1))
    hint = Hint(HOST, "acme/api", "1", kind="harbor", source="ours", digest=digest, delivery="7")
    assert stage.queue.hint([hint], now=stage.now) == 1
    assert await stage.poller.run_once() == 1
    assert [move.how for move in stage.history.timeline(stream("1")).moves] == ["poll", "hook:harbor"]


async def test_a_failing_look_ends_no_other(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    async def look(stream: Stream, etag: str | None = None) -> Look:
        if stream.tag == "1":
            raise ValueError("odd")
        return await stage.registry.look(stream, etag)

    stage.poller = stage.made(look)
    stage.watch("1", "2")
    stage.push("2", "two")
    assert await stage.poller.run_once() == 2
    assert stage.events("2") == [MoveEvent.CREATED]
    assert stage.work.tags[stream("1")].leased_until == stage.now + LEASE
    assert "a look at registry.test/acme/api:1 is held up" in caplog.text
