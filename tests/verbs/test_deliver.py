"""Deliveries: in order per tag and at least once, whatever receivers answer and whoever is killed."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import standardwebhooks
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.adapters.scripted import FakeTime
from tests.verbs.events import NOW, SECRET, append, stream, subscribe, told

from tagwake.adapters.timing import system_timing
from tagwake.core.delivery_room import FULL
from tagwake.core.event import EventType
from tagwake.core.image_glob import ImageGlob
from tagwake.core.retry_schedule import ATTEMPTS
from tagwake.core.secret import Secret
from tagwake.formats.standard_webhooks import hmac_secret, private_secret, public_key_of, refusal
from tagwake.ports.event_sink import EventSink, Posting, Receipt
from tagwake.ports.lease import LEASE
from tagwake.testing.twins.event_sink import EventSinkTwin, Reply
from tagwake.testing.twins.feed import FeedTwin
from tagwake.testing.twins.subscription_store import SubscriptionStoreTwin
from tagwake.verbs.deliver import Deliverer
from tagwake.verbs.lease_events import PIECE
from tagwake.verbs.take_up import FEED_PIECE

SOURCE = "https://tagwake.example/"
DAY = timedelta(days=1).total_seconds()


@dataclass
class Stage:
    """A feed, a store and a sink, and time that passes when the test says so."""

    feed: FeedTwin = field(default_factory=FeedTwin)
    store: SubscriptionStoreTwin = field(default_factory=SubscriptionStoreTwin)
    sink: EventSinkTwin = field(default_factory=EventSinkTwin)
    time: FakeTime = field(default_factory=FakeTime)
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def deliverer(self, sink: EventSink | None = None) -> Deliverer:
        return Deliverer(
            self.store,
            self.feed,
            sink or self.sink,
            self.time.timing,
            source=SOURCE,
            threads=self.threads,
        )

    async def deliver(self, wait: float = 0.0) -> list[tuple[str, int]]:
        """What is posted when time has passed."""
        self.time.seconds += wait
        before = len(self.sink.posted)
        await self.deliverer().run_once()
        return [told(posting) for posting in self.sink.posted[before:]]

    def answering(self, **statuses: int | None) -> None:
        """Answer events of these tags with these statuses, others with 204."""
        self.sink.reply = lambda posting: Reply(statuses.get(told(posting)[0], 204))


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.threads.shutdown()


async def test_what_the_feed_tells_is_told(stage: Stage) -> None:
    append(stage.feed, "aba")
    subscribe(stage.store)
    assert sorted(await stage.deliver()) == [("a", 1), ("a", 3), ("b", 2)]
    append(stage.feed, "b")
    assert await stage.deliver() == [("b", 4)]
    assert await stage.deliver(DAY) == []


async def test_a_posting_is_a_signed_cloudevent(stage: Stage) -> None:
    append(stage.feed, "a")
    subscribe(stage.store)
    stage.store.set_secrets(
        "ops", [Secret(private_secret(bytes(32))), Secret(hmac_secret(bytes(24))), Secret(SECRET)]
    )
    await stage.deliver()
    (posting,) = stage.sink.posted
    assert posting.url == "https://ops.example/hook"
    assert posting.headers["Content-Type"] == "application/cloudevents+json"
    for key in (public_key_of(private_secret(bytes(32))), hmac_secret(bytes(24)), SECRET):
        assert refusal(posting.headers, posting.body, [key], NOW) is None


async def test_the_reference_library_verifies_a_posting() -> None:
    feed, store, sink = FeedTwin(), SubscriptionStoreTwin(), EventSinkTwin()
    append(feed, "a")
    subscribe(store)
    with ThreadPoolExecutor(1) as threads:
        await Deliverer(store, feed, sink, system_timing(), source=SOURCE, threads=threads).run_once()
    (posting,) = sink.posted
    read = standardwebhooks.Webhook(SECRET).verify(posting.body, dict(posting.headers))
    assert read["data"]["cursor"] == 1
    assert read["id"] == posting.headers["webhook-id"]


async def test_nobody_is_told_of_what_was_before_or_is_not_wanted(stage: Stage) -> None:
    append(stage.feed, "ab")
    subscribe(stage.store, after=2, images=(ImageGlob("app:a"),), types=frozenset({EventType.MOVED}))
    append(stage.feed, "abba")
    append(stage.feed, "a", EventType.DELETED)
    assert await stage.deliver() == [("a", 3), ("a", 6)]


async def test_a_refused_event_is_told_again_by_the_schedule_with_the_same_id(stage: Stage) -> None:
    append(stage.feed, "a")
    subscribe(stage.store)
    stage.answering(a=500)
    assert await stage.deliver() == [("a", 1)]
    assert await stage.deliver(4) == []
    assert await stage.deliver(1) == [("a", 1)]
    assert await stage.deliver(299) == []
    stage.answering()
    assert await stage.deliver(1) == [("a", 1)]
    assert len({posting.headers["webhook-id"] for posting in stage.sink.posted}) == 1
    assert len({posting.headers["webhook-timestamp"] for posting in stage.sink.posted}) == 3
    assert len({posting.body for posting in stage.sink.posted}) == 1
    (health,) = stage.store.health()
    assert (health.behind, health.dead, health.last_failure) == (0, 0, "the receiver answers 500")


async def test_a_refused_event_holds_back_its_own_tag_and_no_other(stage: Stage) -> None:
    append(stage.feed, "aabab")
    subscribe(stage.store)
    stage.answering(a=400)
    assert sorted(await stage.deliver()) == [("a", 1), ("b", 3), ("b", 5)]
    append(stage.feed, "ab")
    assert await stage.deliver() == [("b", 7)]
    stage.answering()
    assert await stage.deliver(DAY) == [("a", 1), ("a", 2), ("a", 4), ("a", 6)]


async def test_after_three_days_an_event_is_a_dead_letter_and_the_next_is_told(stage: Stage) -> None:
    append(stage.feed, "aa")
    subscribe(stage.store)
    stage.sink.reply = lambda posting: Reply(503 if told(posting)[1] == 1 else 204)
    posted = [await stage.deliver(DAY if round_ else 0) for round_ in range(ATTEMPTS)]
    assert posted == [[("a", 1)]] * (ATTEMPTS - 1) + [[("a", 1), ("a", 2)]]
    (letter,) = stage.store.dead_letters(10)
    assert (letter.cursor, letter.attempts, letter.reason) == (1, ATTEMPTS, "the receiver answers 503")
    stage.answering()
    assert stage.store.revive("ops", [1], now=stage.time.timing.now()) == 1
    assert await stage.deliver() == [("a", 1)]
    assert stage.store.dead_letters(10) == ()


async def test_a_receiver_may_ask_for_more_time(stage: Stage) -> None:
    append(stage.feed, "ab")
    subscribe(stage.store)
    stage.sink.reply = lambda posting: Reply(503 if told(posting)[0] == "a" else 204, rest=600)
    assert sorted(await stage.deliver()) == [("a", 1), ("b", 2)]
    assert await stage.deliver(599) == []
    assert await stage.deliver(1) == [("a", 1)]


async def test_a_receiver_with_too_many_requests_is_left_alone(stage: Stage) -> None:
    append(stage.feed, "a")
    subscribe(stage.store)
    subscribe(stage.store, "other")
    stage.sink.reply = lambda posting: Reply(429 if "ops" in posting.url else 204, rest=60)
    assert await stage.deliver() == [("a", 1), ("a", 1)]
    append(stage.feed, "b")
    assert await stage.deliver(59) == [("b", 2)]
    stage.answering()
    assert sorted(await stage.deliver(2)) == [("a", 1), ("b", 2)]


async def test_being_busy_for_three_days_is_a_refusal(stage: Stage) -> None:
    append(stage.feed, "a")
    subscribe(stage.store)
    stage.answering(a=429)
    for _ in range(4):
        await stage.deliver(DAY)
    assert stage.store.dead_letters(10) == ()
    await stage.deliver(DAY)
    assert [letter.cursor for letter in stage.store.dead_letters(10)] == [1]


async def test_a_receiver_that_is_gone_stops_its_subscription_in_the_open(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    append(stage.feed, "ab")
    subscribe(stage.store)
    stage.answering(a=410)
    assert ("a", 1) in await stage.deliver()
    append(stage.feed, "ab")
    assert await stage.deliver(DAY) == []
    (health,) = stage.store.health()
    assert health.stopped_because == "the receiver answers 410"
    assert "subscription ops is stopped until somebody resumes it: the receiver answers 410" in caplog.text
    stage.answering()
    stage.store.resume("ops", now=stage.time.timing.now())
    assert await stage.deliver()
    every = {told(posting) for posting in stage.sink.posted}
    assert every == {("a", 1), ("b", 2), ("a", 3), ("b", 4)}


async def test_a_replay_tells_all_again_in_order(stage: Stage) -> None:
    append(stage.feed, "aaaa")
    subscribe(stage.store)
    await stage.deliver()
    stage.store.replay("ops", 1, now=stage.time.timing.now())
    assert await stage.deliver() == [("a", 2), ("a", 3), ("a", 4)]


async def test_many_events_of_one_tag_and_a_long_feed_are_told_in_pieces(stage: Stage) -> None:
    append(stage.feed, "a" * (3 * PIECE) + "b" * FEED_PIECE)
    subscribe(stage.store, images=(ImageGlob("app:a"),))
    assert await stage.deliver() == [("a", cursor) for cursor in range(1, 3 * PIECE + 1)]


async def test_a_subscription_whose_secret_cannot_be_read_is_told_nothing_and_says_so(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    append(stage.feed, "a")
    subscribe(stage.store)
    subscribe(stage.store, "other")
    stage.store.set_secrets("ops", [Secret("s3cret")])
    assert await stage.deliver() == [("a", 1)]
    assert "subscription ops cannot be told anything: " in caplog.text
    assert "s3cret" not in caplog.text
    stage.store.set_secrets("ops", [Secret(SECRET)])
    assert await stage.deliver() == [("a", 1)]


class Killed(BaseException):
    """The process is gone: nothing that it was about to write is written."""


@dataclass
class Deadly:
    """Hands over to the twin, and kills whoever posts for the nth time, before the receiver gets it or after."""

    inner: EventSinkTwin
    left: int
    is_heard: bool

    async def post(self, posting: Posting) -> Receipt:
        self.left -= 1
        if self.left < 0 or (self.left == 0 and not self.is_heard):
            raise Killed
        receipt = await self.inner.post(posting)
        if self.left == 0:
            raise Killed
        return receipt


STEPS = st.one_of(
    st.tuples(st.just("happen"), st.text("abc", min_size=1, max_size=4)),
    st.tuples(st.just("deliver"), st.integers(0, 40_000)),
    st.tuples(st.just("kill"), st.tuples(st.integers(1, 4), st.booleans())),
    st.tuples(st.just("replay"), st.integers(0, 6)),
)
STATUSES = st.lists(st.sampled_from([204, 204, 500, 429, 410, None]), max_size=30)


@given(st.lists(STEPS, max_size=12), STATUSES)
@settings(max_examples=200)
async def test_in_order_per_tag_and_at_least_once(
    steps: list[tuple[str, object]], statuses: list[int | None]
) -> None:
    stage = Stage()
    answers = iter(statuses)
    taken: list[tuple[str, int]] = []

    def answer(posting: Posting) -> Reply:
        status = next(answers, 204)
        if status == 204:
            taken.append(told(posting))
        return Reply(status)

    stage.sink.reply = answer
    subscribe(stage.store)
    for what, how in steps:
        if what == "happen":
            append(stage.feed, str(how))
        elif what == "deliver":
            assert isinstance(how, int)
            await stage.deliver(how)
        elif what == "replay":
            assert isinstance(how, int)
            stage.store.replay("ops", how, now=stage.time.timing.now())
        else:
            assert isinstance(how, tuple)
            await until_killed(stage, Deadly(stage.sink, *how))
    for _ in range(2 * ATTEMPTS):
        stage.store.resume("ops", now=stage.time.timing.now())
        await stage.deliver(DAY * 2)
    stage.threads.shutdown()
    dead = {(letter.stream.tag, letter.cursor) for letter in stage.store.dead_letters(1_000)}
    happened = [(event.stream.tag, event.cursor) for event in stage.feed.told]
    assert set(taken) | dead == set(happened)
    firsts = list(dict.fromkeys(told(posting) for posting in stage.sink.posted))
    for tag in "abc":
        told_in_order = [cursor for name, cursor in firsts if name == tag]
        assert told_in_order == sorted(told_in_order)
    assert_settled_before_the_next(stage, set(taken), dead)


def assert_settled_before_the_next(
    stage: Stage, taken: set[tuple[str, int]], dead: set[tuple[str, int]]
) -> None:
    """Every event that was posted was preceded by all of its tag, each taken or dead."""
    posted = defaultdict(list)
    for posting in stage.sink.posted:
        tag, cursor = told(posting)
        posted[tag].append(cursor)
    for event in stage.feed.told:
        tag, cursor = event.stream.tag, event.cursor
        for later in posted[tag]:
            assert later <= cursor or (tag, cursor) in taken | dead


async def until_killed(stage: Stage, sink: Deadly) -> None:
    """Deliver until the sink kills; leases of the dead run out."""
    deliverer = stage.deliverer(sink)
    while await deliverer.take_up():
        pass
    if await deliverer.claim():
        died = False
        while deliverer._tasks:
            done, _ = await asyncio.wait(deliverer._tasks)
            died = died or any(task.exception() for task in done)
        if not died:
            await deliverer.settle()
    stage.time.seconds += LEASE.total_seconds()


@dataclass
class Deaf:
    """A receiver that never answers for some URLs, beside a quick one."""

    quick: EventSinkTwin = field(default_factory=EventSinkTwin)
    hanging: int = 0

    async def post(self, posting: Posting) -> Receipt:
        if "dead" in posting.url:
            self.hanging += 1
            await asyncio.Event().wait()
        return await self.quick.post(posting)


async def running(deliverer: Deliverer, until: asyncio.Event) -> None:
    task = asyncio.create_task(deliverer.run())
    try:
        await asyncio.wait_for(until.wait(), 60)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_dead_receiver_slows_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of 500 tags reach the quick one while the dead one has answered nothing."""
    monkeypatch.setattr("tagwake.verbs.deliver._FAREWELL", 0.0)
    feed, store, sink, finished = FeedTwin(), SubscriptionStoreTwin(), Deaf(), asyncio.Event()
    tags = [f"t{number}" for number in range(500)]
    append(feed, tags)
    subscribe(store, "dead")
    subscribe(store, "quick")

    def count(_posting: Posting) -> Reply:
        if len(sink.quick.posted) == len(tags):
            finished.set()
        return Reply()

    sink.quick.reply = count
    with ThreadPoolExecutor(1) as threads:
        await running(Deliverer(store, feed, sink, system_timing(), source=SOURCE, threads=threads), finished)
    assert {told(posting)[0] for posting in sink.quick.posted} == set(tags)
    assert 0 < sink.hanging <= FULL


async def test_what_happens_while_it_runs_is_told_at_once() -> None:
    feed, store, finished = FeedTwin(), SubscriptionStoreTwin(), asyncio.Event()

    def more(posting: Posting) -> Reply:
        cursor = told(posting)[1]
        if cursor == 5:
            finished.set()
        else:
            append(feed, "a")
            deliverer.nudge()
        return Reply()

    with ThreadPoolExecutor(1) as threads:
        sink = EventSinkTwin(more)
        deliverer = Deliverer(store, feed, sink, system_timing(), source=SOURCE, threads=threads)
        subscribe(store)
        append(feed, "a")
        await running(deliverer, finished)
    assert [told(posting)[1] for posting in sink.posted] == [1, 2, 3, 4, 5]
    (health,) = store.health()
    assert health.behind == 0


async def test_a_lease_that_was_lost_is_told_no_further(stage: Stage) -> None:
    """A process that was frozen wakes, and another has told the tag meanwhile."""
    append(stage.feed, "aaa")
    subscribe(stage.store)
    frozen, thawed = asyncio.Event(), asyncio.Event()

    @dataclass
    class Freezing:
        async def post(self, posting: Posting) -> Receipt:
            frozen.set()
            await thawed.wait()
            return await stage.sink.post(posting)

    sleeper = stage.deliverer(Freezing())
    asleep = asyncio.create_task(sleeper.run_once())
    await frozen.wait()
    assert await stage.deliver(LEASE.total_seconds() + 1) == [("a", 1), ("a", 2), ("a", 3)]
    thawed.set()
    await asleep
    assert [told(posting)[1] for posting in stage.sink.posted] == [1, 2, 3, 1]
    assert stage.store.claim({"ops": 9}, now=stage.time.timing.now()) == ()


async def test_a_renewed_lease_is_told_to_its_end(stage: Stage) -> None:
    append(stage.feed, "aa")
    subscribe(stage.store)
    began, may_end = asyncio.Event(), asyncio.Event()

    @dataclass
    class Slow:
        async def post(self, posting: Posting) -> Receipt:
            began.set()
            await may_end.wait()
            return await stage.sink.post(posting)

    deliverer = stage.deliverer(Slow())
    task = asyncio.create_task(deliverer.run_once())
    await began.wait()
    for _ in range(4):
        stage.time.seconds += 3
        await deliverer.renew()
        assert stage.store.claim({"ops": 9}, now=stage.time.timing.now()) == ()
    may_end.set()
    assert await task == 1
    assert [told(posting)[1] for posting in stage.sink.posted] == [1, 2]


async def test_attempts_are_kept_with_what_was_answered(stage: Stage) -> None:
    append(stage.feed, "a")
    subscribe(stage.store)
    stage.sink.reply = lambda _posting: Reply(502, b"bad gateway")
    await stage.deliver()
    (attempt,) = stage.store.attempts("ops", 10)
    assert (attempt.stream, attempt.cursor, attempt.number) == (stream("a"), 1, 1)
    assert (attempt.status, attempt.answer, attempt.succeeded) == (502, b"bad gateway", False)
