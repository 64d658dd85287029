"""Pages lose no move and repeat none, whatever is of one moment, and whatever comes late."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidInput
from tagwake.core.history import moves_of
from tagwake.core.history_page import Cursor, HistoryQuery, select, subject
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting

STREAM = Stream("registry.example", "team/app", "1")
START = datetime(2026, 1, 1, tzinfo=UTC)
DIGESTS = [Digest("sha256", letter * 64) for letter in "abcde"]


def at(milliseconds):
    return START + timedelta(milliseconds=milliseconds)


def seen(milliseconds, digest):
    return Sighting(STREAM, at(milliseconds), digest, "poll")


def fetch_from(moves):
    def fetch(limit, before):
        return [move for move in reversed(moves) if before is None or move.seen_at < before][:limit]

    return fetch


def read_all(moves, query):
    pages, cursor = [], None
    while True:
        page = select(
            fetch_from(moves), HistoryQuery(query.limit, query.before, query.since, query.digest, cursor)
        )
        assert len(page.moves) <= query.limit
        pages.append(page.moves)
        if page.next is None:
            return [move for moves in pages for move in moves]
        assert len(page.moves) == query.limit
        cursor = Cursor.parse(str(page.next))


moves = st.lists(st.builds(seen, st.integers(0, 6), st.sampled_from([*DIGESTS, None])), max_size=40).map(
    moves_of
)
moments = st.none() | st.integers(-1000, 8000).map(lambda number: START + timedelta(microseconds=number))


@given(moves, st.integers(1, 7), moments, moments, st.none() | st.sampled_from(DIGESTS))
def test_all_pages_together_are_what_was_asked_for(moves, limit, before, since, digest):
    expected = [
        move
        for move in reversed(moves)
        if (before is None or move.seen_at < before)
        and (since is None or move.seen_at > since)
        and (digest is None or subject(move) == digest)
    ]
    assert read_all(moves, HistoryQuery(limit, before, since, digest)) == expected


@given(moves, st.integers(1, 5), st.sampled_from(DIGESTS))
def test_a_sighting_that_comes_late_costs_a_reader_no_move(moves, limit, digest):
    """It shifts every position behind it; what the reader has not seen yet is still to come."""
    first = select(fetch_from(moves), HistoryQuery(limit))
    sightings = [Sighting(STREAM, move.seen_at, move.digest, "poll") for move in moves]
    later = moves_of([seen(-5, digest), seen(-4, None), *sightings])
    rest = []
    if first.next is not None:
        rest = read_all_from(later, limit, first.next)
    told = [(move.seen_at, move.digest) for move in (*first.moves, *rest)]
    assert told[: len(moves)] == [(move.seen_at, move.digest) for move in reversed(moves)]


def read_all_from(moves, limit, cursor):
    read = []
    while cursor is not None:
        page = select(fetch_from(moves), HistoryQuery(limit, after=cursor))
        read += page.moves
        cursor = page.next
    return read


def test_nothing_is_asked_of_the_store_for_an_empty_page():
    def fetch(limit, before):
        raise AssertionError("nobody wants to know")

    page = select(fetch, HistoryQuery(0))
    assert (page.moves, page.next) == ((), None)


def test_a_page_is_read_with_one_question_where_nothing_is_filtered():
    asked = []
    moves = moves_of(seen(number, DIGESTS[number % 2]) for number in range(1000))

    def fetch(limit, before):
        asked.append(limit)
        return fetch_from(moves)(limit, before)

    assert len(select(fetch, HistoryQuery(100)).moves) == 100
    assert asked == [101]


@pytest.mark.parametrize(
    "text", ["", "1", "1.", ".1", "a.1", "1.-1", "9" * 18 + ".1", "1" * 19 + ".1", "1.1\n", "١.1"]
)
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(InvalidInput, match="no cursor"):
        Cursor.parse(text)


def test_the_last_moment_there_is():
    end = Cursor(datetime.max.replace(tzinfo=UTC), 3)
    assert Cursor.parse(str(end)) == end
    assert select(fetch_from(moves_of([seen(0, DIGESTS[0])])), HistoryQuery(5, after=end)).moves
