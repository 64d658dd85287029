"""``log``: the first source that knows answers, the others are named, and what comes after is followed."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from tagwake.core.digest import Digest
from tagwake.core.history import moves_of
from tagwake.core.reference import Stream
from tagwake.core.resolution import Failure, Unresolved
from tagwake.core.sighting import Sighting
from tagwake.core.tag_log import LogRange, TagLog
from tagwake.testing.twins.history_store import HistoryStoreTwin
from tagwake.testing.twins.watch_store import WatchStoreTwin
from tagwake.verbs.history_sources import StoreSource
from tagwake.verbs.log import follow, log, verify

STREAM = Stream("a.test", "b", "1")
START = datetime(2026, 1, 1, tzinfo=UTC)
EVERYTHING = LogRange()
DOWN = Unresolved(Failure.CONNECTION, "it refuses the connection")


def seen(*letters, start=0):
    return [
        Sighting(STREAM, START + timedelta(minutes=start + minute), Digest("sha256", letter * 64), "poll")
        for minute, letter in enumerate(letters)
    ]


@dataclass
class Source:
    """Gives one prepared answer after the other, and stays with the last."""

    name: str
    answers: list = field(default_factory=list)

    async def history(self, stream, asked):
        assert stream == STREAM
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, list):
            return TagLog(stream, self.name, self.name, "", tuple(reversed(moves_of(answer))))
        return answer

    async def news(self, stream):
        pass


async def test_the_first_that_knows_answers():
    first, second = Source("first", [None]), Source("second", [DOWN])
    third, fourth = Source("third", [seen("a")]), Source("fourth", [seen("b")])
    answer = await log(STREAM, [first, second, third, fourth], EVERYTHING)
    assert answer.source is third
    assert answer.log.source == "third"
    assert answer.silent == ("first",)
    assert answer.failed == ("second: it refuses the connection",)


async def test_where_nobody_knows():
    answer = await log(STREAM, [Source("first", [None])], EVERYTHING)
    assert (answer.log, answer.source, answer.silent) == (None, None, ("first",))


async def test_what_comes_after_is_followed_in_the_order_of_the_tag():
    known = seen("a", "b")
    source = Source(
        "x", [known, known + seen("c", "d", start=2), DOWN, DOWN, known + seen("c", "d", "a", start=2)]
    )
    told = []
    async for move in follow(STREAM, source, EVERYTHING, moves_of(known)):
        told.append(move if isinstance(move, Unresolved) else move.digest.hex[0])
        if len(told) == 4:
            break
    assert told == ["c", "d", DOWN, "a"]


async def test_a_chain_that_holds_and_one_that_does_not(timing):
    store = HistoryStoreTwin()
    for sighting in seen("a", "b", "a"):
        store.record(sighting, now=sighting.seen_at)
    source = StoreSource(store, store.feed, WatchStoreTwin(), timing)
    checked = await verify(STREAM, source)
    assert (checked.events, checked.broken) == (3, None)
    rows = store.feed.told
    rows[1] = replace(rows[1], digest=Digest("sha256", "f" * 64))
    checked = await verify(STREAM, source)
    assert checked.broken == rows[1]


async def test_a_source_that_cannot_be_asked_is_not_checked():
    class Down:
        name = "x"

        async def told(self, stream):
            return DOWN

    assert await verify(STREAM, Down()) == DOWN


@pytest.fixture
def timing():
    from tests.adapters.scripted import FakeTime

    return FakeTime().timing
