"""How far pins are behind, by whatever history is at hand."""

import asyncio
from datetime import UTC, datetime, timedelta

from tagwake.core.digest import Digest
from tagwake.core.errors import UsageRefused
from tagwake.core.history import moves_of
from tagwake.core.lag import Lag
from tagwake.core.pin_moves import PinSighting
from tagwake.core.reference import Stream
from tagwake.core.resolution import Failure, Unresolved
from tagwake.core.sighting import Sighting
from tagwake.core.tag_log import TagLog
from tagwake.ports.pin_history import PinLog
from tagwake.verbs.lag import HistoryLags

START = datetime(2026, 1, 1, tzinfo=UTC)
ONE, TWO, THREE = (Stream("a.test", "b", tag) for tag in "123")
A, B = (Digest("sha256", letter * 64) for letter in "ab")


class Source:
    name = "x"

    def __init__(self, answers):
        self.answers = answers
        self.asked = []

    async def history(self, stream, asked):
        self.asked.append(stream)
        answer = self.answers.get(stream)
        if answer == "hangs":
            await asyncio.Event().wait()
        if not isinstance(answer, list):
            return answer
        moves = moves_of(
            Sighting(stream, START + timedelta(hours=n), d, "poll") for n, d in enumerate(answer)
        )
        return TagLog(stream, "x", f"the teller of {stream.tag}", "", tuple(reversed(moves)))

    async def news(self, stream):
        raise AssertionError


def opened(*sources):
    async def open_sources():
        return sources

    return open_sources


def lags(source, seconds=60.0):
    return HistoryLags(opened(source), lambda: START + timedelta(days=1), seconds)


async def test_every_tag_is_asked_for_once():
    source = Source({ONE: [A, B], TWO: Unresolved(Failure.SERVER, "no")})
    found = await lags(source).lags([(ONE, A, B), (ONE, A, B), (ONE, B, A), (TWO, A, B), (THREE, A, B)])
    later = START + timedelta(hours=1)
    assert found.known == {(ONE, A, B): Lag(later, 1, later), (ONE, B, A): Lag(START)}
    assert found.tellers == ("the teller of 1",)
    assert found.at == START + timedelta(days=1)
    assert source.asked == [ONE, TWO, THREE]


async def test_nobody_waits_for_what_does_not_come():
    found = await lags(Source({ONE: [A, B], TWO: "hangs"}), seconds=0.05).lags([(TWO, A, B), (ONE, A, B)])
    assert list(found.known) == [(ONE, A, B)]


async def test_a_source_that_breaks_breaks_nothing():
    class Broken(Source):
        async def history(self, stream, asked):
            raise OSError

    assert (await lags(Broken({})).lags([(ONE, A, B)])).known == {}


class Pins:
    def __init__(self, *, is_there=True):
        self.is_there = is_there
        self.read = []

    def pins(self, streams, progress=None):
        if not self.is_there:
            raise UsageRefused("no repository")
        self.read += streams
        seen = (PinSighting("c", START, A), PinSighting("d", START + timedelta(hours=5), B))
        return PinLog(dict.fromkeys(streams, seen), 2)


async def test_the_commits_are_asked_last_and_only_where_they_can_know():
    pins = Pins()
    source = HistoryLags(opened(Source({ONE: [A, B]})), lambda: START, pins=pins)
    found = await source.lags([(ONE, A, B), (TWO, A, B), (THREE, B, A)], {ONE, TWO})
    assert found.known[TWO, A, B] == Lag(START + timedelta(hours=5), 1, START + timedelta(hours=5))
    assert found.tellers == ("the teller of 1", "the commits of this repository")
    assert pins.read == [TWO]
    assert (THREE, B, A) not in found.known


async def test_without_a_repository_the_commits_know_nothing():
    found = await HistoryLags(opened(), lambda: START, pins=Pins(is_there=False)).lags([(ONE, A, B)], {ONE})
    assert found.known == {}


async def test_who_has_begun_to_ask_asks_once_and_ends():
    source = Source({ONE: [A, B], TWO: "hangs"})
    asking = lags(source)
    asking.begin(ONE)
    asking.begin(TWO)
    found = await asking.lags([(ONE, A, B)])
    assert (ONE, A, B) in found.known
    assert source.asked == [ONE, TWO]
    await asking.end()
