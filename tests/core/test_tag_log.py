"""Which moves and gaps are asked for."""

from datetime import UTC, datetime, timedelta

from tagwake.core.digest import Digest
from tagwake.core.history import Gap, moves_of
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting
from tagwake.core.tag_log import LogRange, gaps_in_range, in_range

STREAM = Stream("a.test", "b", "1")
START = datetime(2026, 1, 1, tzinfo=UTC)
MOVES = moves_of(
    Sighting(STREAM, START + timedelta(hours=hour), Digest("sha256", f"{hour:064x}"), "poll")
    for hour in range(10)
)


def at(hour):
    return START + timedelta(hours=hour)


def chosen(**asked):
    moves, older = in_range(MOVES, LogRange(**asked))
    return [move.position - 1 for move in moves], older


def test_everything_newest_first():
    assert chosen() == (list(range(9, -1, -1)), 0)


def test_from_since_on_and_before_until():
    assert chosen(since=at(3), until=at(6)) == ([5, 4, 3], 0)


def test_the_newest_of_them_and_how_many_more_there_are():
    assert chosen(since=at(2), until=at(8), limit=2) == ([7, 6], 4)
    assert chosen(limit=0) == ([], 10)


def test_gaps_of_which_some_part_is_asked_for():
    gaps = [Gap(at(1), at(2)), Gap(at(3), at(5))]
    assert gaps_in_range(gaps, LogRange()) == tuple(gaps)
    assert gaps_in_range(gaps, LogRange(since=at(4))) == (gaps[1],)
    assert gaps_in_range(gaps, LogRange(since=at(2), until=at(3))) == ()
