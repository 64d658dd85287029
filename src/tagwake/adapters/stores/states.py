"""A tag's states in the database: read, and written anew where a late sighting changed them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from tagwake.adapters.stores.dictionary import Numbers, digest_of, word
from tagwake.adapters.stores.tables import ABSENT, NOTHING_CLAIMED, digests, moves, sightings
from tagwake.adapters.stores.times import from_milliseconds, to_milliseconds
from tagwake.core.history import Move, moves_between
from tagwake.core.reference import Stream
from tagwake.core.sighting import IMPORT, Sighting
from tagwake.core.state import State

MOVES = (
    select(moves, digests.c.algorithm, digests.c.bytes)
    .select_from(moves)
    .outerjoin(digests, digests.c.id == moves.c.digest)
)
_OF_TAG = MOVES.where(moves.c.tag == bindparam("of")).order_by(moves.c.position)
RAW = (
    select(sightings, digests.c.algorithm, digests.c.bytes)
    .select_from(sightings)
    .outerjoin(digests, digests.c.id == sightings.c.digest)
)
_RAW_OF_TAG = RAW.where(sightings.c.tag == bindparam("of"))
_FORGET = delete(moves).where(moves.c.tag == bindparam("of"), moves.c.position >= bindparam("first"))


def states_of_tag(connection: Connection, tag: int, seen_at: int, seen_how: int) -> tuple[State, ...]:
    """All states of a tag.

    :param seen_at: its newest sighting, and ``seen_how`` that came about: the end of the last state.
    """
    return read_states(connection, connection.execute(_OF_TAG, {"of": tag}).all(), (seen_at, seen_how))


def read_states(connection: Connection, rows: Sequence[Row[Any]], end: tuple[int, int]) -> tuple[State, ...]:
    """The states of all rows of a tag, of :data:`MOVES`, in the order of positions; see :func:`state_of`."""
    last = len(rows) - 1
    return tuple(state_of(connection, row, end if place == last else None) for place, row in enumerate(rows))


def state_of(connection: Connection, row: Row[Any], end: tuple[int, int] | None) -> State:
    """The state of a row of :data:`MOVES`.

    :param end: the last sighting and how it came about, where the row does not say: of the tag's last state.
    """
    until, until_how = end or (row.until or row.seen_at, row.until_how or row.how)
    if row.own_seen_at is not None:
        own_seen_at, own_how = from_milliseconds(row.own_seen_at), word(connection, row.own_how)
    else:
        own_seen_at, own_how = None, None
    seen_at, how = from_milliseconds(row.seen_at), word(connection, row.how)
    if _is_own(how):
        own_seen_at, own_how = seen_at, how
    return State(
        digest=digest_of(row.algorithm, row.bytes),
        seen_at=seen_at,
        how=how,
        last_seen_at=from_milliseconds(until),
        last_how=word(connection, until_how),
        claimed_at=None if row.claimed_at is None else from_milliseconds(row.claimed_at),
        own_seen_at=own_seen_at,
        own_how=own_how,
    )


def raw_of_tag(connection: Connection, tag: int, stream: Stream) -> list[Sighting]:
    """The raw sightings of a tag that are still kept."""
    return read_raw(connection, connection.execute(_RAW_OF_TAG, {"of": tag}), stream)


def read_raw(connection: Connection, rows: Iterable[Row[Any]], stream: Stream) -> list[Sighting]:
    """The raw sightings of rows of :data:`RAW`."""
    return [
        Sighting(
            stream,
            from_milliseconds(row.seen_at),
            digest_of(row.algorithm, row.bytes),
            word(connection, row.how),
            None if row.claimed_at == NOTHING_CLAIMED else from_milliseconds(row.claimed_at),
        )
        for row in rows
    ]


def raw_row(numbers: Numbers, tag: int, sighting: Sighting, today: int) -> Mapping[str, int]:
    """The row of a raw sighting."""
    return {
        "tag": tag,
        "seen_at": to_milliseconds(sighting.seen_at),
        "digest": ABSENT if sighting.digest is None else numbers.digest(sighting.digest),
        "how": numbers.word(sighting.how),
        "claimed_at": (
            NOTHING_CLAIMED if sighting.claimed_at is None else to_milliseconds(sighting.claimed_at)
        ),
        "recorded_on": today,
    }


def rewrite(connection: Connection, tag: int, old: Sequence[State], new: Sequence[State]) -> None:
    """Write the states that are not what they were."""
    before, after = numbered(old), numbered(new)
    same = next(
        (place for place, (then, now) in enumerate(zip(before, after, strict=False)) if then != now),
        min(len(before), len(after)),
    )
    first = min(same, max(len(old) - 1, 0))  # the end of the last one stood with the tag
    if first < len(before):
        connection.execute(_FORGET, {"of": tag, "first": before[first][0]})
    rows = [
        {"tag": tag, **move_row(Numbers.within(connection), *each, is_last=each is after[-1])}
        for each in after[first:]
    ]
    if rows:
        connection.execute(insert(moves), rows)


def numbered(states: Sequence[State]) -> list[tuple[int, State, bool]]:
    """The states with their positions, and whether the move to each is a rollback."""
    found: Sequence[Move] = moves_between(states)
    skipped = len(states) - len(found)
    return [
        (place + 1 - skipped, state, place >= skipped and found[place - skipped].rollback)
        for place, state in enumerate(states)
    ]


def move_row(
    numbers: Numbers, position: int, state: State, rollback: bool, *, is_last: bool
) -> dict[str, Any]:
    """The row of a state, but for its tag."""
    is_one = is_last or (state.last_seen_at, state.last_how) == (state.seen_at, state.how)
    own_seen_at, own_how = state.own_seen_at, state.own_how
    if _is_own(state.how):
        own_seen_at, own_how = None, None
    return {
        "position": position,
        "seen_at": to_milliseconds(state.seen_at),
        "digest": None if state.digest is None else numbers.digest(state.digest),
        "how": numbers.word(state.how),
        "rollback": rollback,
        "until": None if is_one else to_milliseconds(state.last_seen_at),
        "until_how": None if is_one else numbers.word(state.last_how),
        "claimed_at": None if state.claimed_at is None else to_milliseconds(state.claimed_at),
        "own_seen_at": None if own_seen_at is None else to_milliseconds(own_seen_at),
        "own_how": None if own_how is None else numbers.word(own_how),
    }


def _is_own(how: str) -> bool:
    return not how.startswith(IMPORT)
