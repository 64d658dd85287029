"""How far a pin is behind, by the moves of its tag."""

from datetime import UTC, datetime, timedelta

import pytest

from tagwake.core.digest import Digest
from tagwake.core.history import moves_of
from tagwake.core.lag import Lag, lag_of
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting

STREAM = Stream("a.test", "b", "1")
START = datetime(2026, 1, 1, tzinfo=UTC)


def digest(letter):
    return Digest("sha256", letter * 64)


def lag(letters, old, new):
    """A tag that was each of these for an hour; ``-`` is a deletion."""
    moves = moves_of(
        Sighting(STREAM, START + timedelta(hours=hour), None if letter == "-" else digest(letter), "poll")
        for hour, letter in enumerate(letters)
    )
    found = lag_of(moves, digest(old), digest(new))
    hours = [
        None if moment is None else int((moment - START) / timedelta(hours=1))
        for moment in (found.first_seen, found.since)
    ]
    return hours[0], found.moves, hours[1]


@pytest.mark.parametrize(
    ("letters", "old", "new", "expected"),
    [
        ("ab", "a", "b", (1, 1, 1)),
        ("abcd", "a", "d", (3, 3, 1)),
        ("abcab", "a", "b", (1, 1, 4)),  # the last time counts, but new was first seen early
        ("abac", "b", "c", (3, 2, 2)),
        ("a-b", "a", "b", (2, 1, 2)),  # nobody takes a deletion
        ("bc", "a", "c", (1, None, None)),
        ("ab", "a", "c", (None, None, None)),
        ("ba", "a", "b", (0, None, None)),  # the pin is ahead of what the history has
        ("", "a", "b", (None, None, None)),
    ],
)
def test_how_far(letters, old, new, expected):
    assert lag(letters, old, new) == expected


def test_nothing_known_is_no_lag():
    assert lag_of((), digest("a"), digest("b")) == Lag()
