"""A sighting folded into the history, within a transaction that is open.

Where it is newer than all others of its tag, the tag's last state goes on or another begins, and no more than a row
or two are touched. Any other is folded with what is remembered of all states, and with the raw sightings that are
still kept; what comes out differently is written anew.

Locks are taken in one order: dictionaries, tags by number, the counter of the feed. Whoever shares the transaction
takes his own before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, insert, literal, select, update

from tagwake.adapters.stores.dictionary import (
    Numbers,
    describe,
    digest_of,
    insert_new,
    tag_number,
    word,
    word_number,
)
from tagwake.adapters.stores.engine import is_sqlite
from tagwake.adapters.stores.events import News, append, first_told
from tagwake.adapters.stores.states import raw_of_tag, raw_row, rewrite, states_of_tag
from tagwake.adapters.stores.tables import ABSENT, NOTHING_CLAIMED, digests, moves, sightings, tags
from tagwake.adapters.stores.times import DAY, cut, from_milliseconds, to_milliseconds
from tagwake.core.event import Event, EventType
from tagwake.core.history import Move, event_of, moves_between
from tagwake.core.reference import Stream
from tagwake.core.sighting import IMPORT, Sighting
from tagwake.core.state import State, order, remembered, states_of
from tagwake.core.telling import Telling, tell

Rule = Callable[[Stream], bool]
"""Whether a rule says that a tag must not move."""


def no_rule(_stream: Stream) -> bool:
    """All tags may move."""
    return False


def fold(
    connection: Connection, sighting: Sighting, *, now: datetime, immutable: Rule = no_rule
) -> tuple[Event, ...]:
    """Fold one sighting into the history, and append what is to be told to the feed."""
    return fold_all(connection, (sighting,), now=now, immutable=immutable)


def fold_all(
    connection: Connection, seen: Sequence[Sighting], *, now: datetime, immutable: Rule = no_rule
) -> tuple[Event, ...]:
    """Fold several sightings, of one tag or of many, in one transaction."""
    ordered = sorted(map(kept, seen), key=order)
    numbers = number_all(connection, ordered)
    today = to_milliseconds(now) // DAY
    news = [
        News(numbers[sighting.stream], sighting.stream, telling)
        for sighting in ordered
        for telling in _fold(connection, numbers[sighting.stream], sighting, today)
    ]
    return append(connection, news, now=now, immutable=immutable)


def kept(sighting: Sighting) -> Sighting:
    """The sighting as it is kept: to the millisecond, in UTC."""
    seen_at = cut(sighting.seen_at)
    claimed_at = None if sighting.claimed_at is None else cut(sighting.claimed_at)
    if seen_at is sighting.seen_at and claimed_at is sighting.claimed_at:
        return sighting
    return replace(sighting, seen_at=seen_at, claimed_at=claimed_at)


def number_all(connection: Connection, seen: Sequence[Sighting]) -> dict[Stream, int]:
    """The numbers of all tags, whose rows are now locked; whatever else needs a number has one."""
    streams = sorted({each.stream for each in seen}, key=str)
    numbers = {stream: tag_number(connection, stream) for stream in streams}
    for text in sorted({text for each in seen for text in (each.how, each.media_type) if text is not None}):
        word_number(connection, text)
    described = {
        each.digest: each
        for each in sorted(seen, key=lambda each: each.media_type or "")
        if each.digest is not None
    }
    for digest, each in sorted(described.items()):
        describe(connection, digest, each.media_type, each.size)
    if not is_sqlite(connection):  # where nobody else writes meanwhile
        connection.execute(_LOCK, {"all": sorted(numbers.values())})
    return numbers


def tag_row(
    numbers: Numbers, states: Sequence[State], watched_since: datetime | None
) -> dict[str, int | None]:
    """What the row of a tag says of its states."""
    last = states[-1]
    is_move = len(states) > 1 or last.digest is not None
    return {
        "position": len(states) - (states[0].digest is None),
        "digest": None if last.digest is None else numbers.digest(last.digest),
        "moved_at": to_milliseconds(last.seen_at) if is_move else None,
        "seen_at": to_milliseconds(last.last_seen_at),
        "seen_how": numbers.word(last.last_how),
        "watched_since": None if watched_since is None else to_milliseconds(watched_since),
    }


_LOCK = (
    select(tags.c.id)
    .where(tags.c.id.in_(bindparam("all", expanding=True)))
    .order_by(tags.c.id)
    .with_for_update()
)
_TAG = (
    select(
        tags,
        moves.c.seen_at.label("state_seen_at"),
        moves.c.how.label("state_how"),
        moves.c.claimed_at,
        moves.c.own_seen_at,
        digests.c.algorithm,
        digests.c.bytes,
    )
    .select_from(tags)
    .outerjoin(moves, (moves.c.tag == tags.c.id) & (moves.c.position == tags.c.position))
    .outerjoin(digests, digests.c.id == tags.c.digest)
    .where(tags.c.id == bindparam("of"))
)
"""Read after the row is locked, by a statement of its own: one that waits for a lock joins it to what was before."""
_UPDATE_TAG = update(tags).where(tags.c.id == bindparam("of"))
_UPDATE_STATE = update(moves).where(moves.c.tag == bindparam("of"), moves.c.position == bindparam("at"))
_IS_CLAIMED = select(
    exists(
        select(literal(1))
        .select_from(sightings)
        .where(
            sightings.c.tag == bindparam("of"),
            sightings.c.seen_at >= bindparam("seen_at"),
            sightings.c.digest == bindparam("digest"),
            sightings.c.claimed_at == bindparam("claimed_at"),
        )
    )
)
_WAS_THERE = select(
    exists(
        select(literal(1))
        .select_from(moves)
        .where(moves.c.tag == bindparam("of"), moves.c.digest == bindparam("target"))
    )
)


def _fold(connection: Connection, number: int, sighting: Sighting, today: int) -> Sequence[Telling]:
    row = connection.execute(_TAG, {"of": number}).one()
    raw = raw_row(Numbers.within(connection), number, sighting, today)
    if row.position is not None and raw["seen_at"] <= row.seen_at:
        tellings = _fold_late(connection, row, sighting, today)
    elif row.position is not None and (row.digest or ABSENT) == raw["digest"]:
        tellings = _go_on(connection, row, sighting, raw)
    else:
        tellings = _begin(connection, row, sighting, raw)
    connection.execute(insert_new(connection, sightings), raw)
    return tellings


def _go_on(
    connection: Connection, row: Row[Any], sighting: Sighting, raw: Mapping[str, int]
) -> tuple[Telling, ...]:
    """The last state goes on: nothing is told."""
    is_first_own = (
        sighting.is_own and row.own_seen_at is None and word(connection, row.state_how).startswith(IMPORT)
    )
    changed: dict[str, int] = {}
    if is_first_own:
        changed |= {"own_seen_at": raw["seen_at"], "own_how": raw["how"]}
    if sighting.claimed_at is not None and (row.claimed_at is None or raw["claimed_at"] < row.claimed_at):
        changed["claimed_at"] = raw["claimed_at"]
    first = _first_of(row, raw)
    is_one = row.seen_at == row.state_seen_at
    if is_one or ("claimed_at" in changed and not _is_claimed(connection, row, first)):
        # what is known by the state alone is from now on known by a sighting
        connection.execute(insert_new(connection, sightings), {**raw, **first})
    if changed:
        connection.execute(_UPDATE_STATE, {"of": row.id, "at": row.position, **changed})
    seen = {"seen_at": raw["seen_at"], "seen_how": raw["how"]}
    if sighting.is_own and row.watched_since is None:
        seen["watched_since"] = raw["seen_at"]
    connection.execute(_UPDATE_TAG, {"of": row.id, **seen})
    return ()


def _first_of(row: Row[Any], raw: Mapping[str, int]) -> dict[str, int]:
    """The first sighting of a tag's last state, with what was claimed of the state."""
    claim = NOTHING_CLAIMED if row.claimed_at is None else row.claimed_at
    return {"seen_at": row.state_seen_at, "digest": raw["digest"], "how": row.state_how, "claimed_at": claim}


def _is_claimed(connection: Connection, row: Row[Any], first: Mapping[str, int]) -> bool:
    """Whether a raw sighting of the last state has the claim that the state has, if any."""
    if row.claimed_at is None:
        return True
    return bool(connection.execute(_IS_CLAIMED, {**first, "of": row.id}).scalar())


def _begin(
    connection: Connection, row: Row[Any], sighting: Sighting, raw: Mapping[str, int]
) -> tuple[Telling, ...]:
    """Another state begins, at the end."""
    old = digest_of(row.algorithm, row.bytes)
    if row.position is not None and (row.seen_at, row.seen_how) != (row.state_seen_at, row.state_how):
        end = {"until": row.seen_at, "until_how": row.seen_how}
        connection.execute(_UPDATE_STATE, {"of": row.id, "at": row.position, **end})
    is_move = sighting.digest is not None or old is not None
    position = (row.position or 0) + is_move
    digest = raw["digest"] or None
    rollback = digest is not None and bool(
        connection.execute(_WAS_THERE, {"of": row.id, "target": digest}).scalar()
    )
    state = {
        "tag": row.id,
        "position": position,
        "seen_at": raw["seen_at"],
        "digest": digest,
        "how": raw["how"],
    }
    claim = None if sighting.claimed_at is None else raw["claimed_at"]
    connection.execute(insert(moves), {**state, "rollback": rollback, "claimed_at": claim})
    seen = {
        "position": position,
        "digest": digest,
        "moved_at": raw["seen_at"] if is_move else None,
        "seen_at": raw["seen_at"],
        "seen_how": raw["how"],
    }
    if sighting.is_own and row.watched_since is None:
        seen["watched_since"] = raw["seen_at"]
    connection.execute(_UPDATE_TAG, {"of": row.id, **seen})
    if not is_move or (row.chain is None and not sighting.is_own):
        return ()
    event = event_of(old, sighting.digest)
    move = Move(
        position=position,
        event=event,
        digest=sighting.digest,
        previous=old,
        seen_at=sighting.seen_at,
        not_before=None if row.position is None else from_milliseconds(row.seen_at),
        claimed_at=sighting.claimed_at,
        how=sighting.how,
        rollback=rollback,
    )
    if sighting.is_own:
        return (Telling(EventType(f"tag.{event}"), move),)
    return (Telling(EventType.CORRECTED, move, sighting.seen_at),)


def _fold_late(connection: Connection, row: Row[Any], sighting: Sighting, today: int) -> Sequence[Telling]:
    """Something is seen that was before others, or at the same moment."""
    old = states_of_tag(connection, row.id, row.seen_at, row.seen_how)
    raw = raw_of_tag(connection, row.id, sighting.stream)
    _, tellings = refold(connection, row, old, raw, (sighting,), today=today, imported=not sighting.is_own)
    return tellings


def refold(
    connection: Connection,
    tag: Row[Any],
    old: Sequence[State],
    raw: Sequence[Sighting],
    seen: Sequence[Sighting],
    *,
    today: int,
    imported: bool,
) -> tuple[int, Sequence[Telling]]:
    """Fold what was seen with all that is remembered: how many moves are new, and what is to be told.

    :param tag: its row, locked; what it has of ``id``, ``watched_since`` and ``chain`` is used.
    """
    stream = seen[0].stream
    new = states_of([*remembered(stream, old, raw), *raw, *seen])
    kept_as_raw = inside(new, [*remembered(stream, set(old).difference(new), raw), *seen])
    numbers = Numbers.within(connection)
    if kept_as_raw:
        rows = [raw_row(numbers, tag.id, each, today) for each in kept_as_raw]
        connection.execute(insert_new(connection, sightings), rows)
    then = None if tag.watched_since is None else from_milliseconds(tag.watched_since)
    watched_since = earliest_own(seen, then)
    if old == new and watched_since == then:
        return 0, ()
    rewrite(connection, tag.id, old, new)
    row = tag_row(numbers, new, watched_since)
    connection.execute(_UPDATE_TAG, {"of": tag.id, **row})
    first = None if tag.chain is None else first_told(connection, tag.id)
    many = len(moves_between(new)) - len(moves_between(old))
    return many, tell(old, new, first, imported=imported)


def earliest_own(seen: Iterable[Sighting], then: datetime | None = None) -> datetime | None:
    """When we first looked ourselves, where we did."""
    own = [sighting.seen_at for sighting in seen if sighting.is_own]
    return min(own if then is None else [then, *own], default=None)


def inside(states: Sequence[State], seen: Iterable[Sighting]) -> list[Sighting]:
    """Those that their state alone would not bring back: it was seen at another time as well."""
    alone = {(state.seen_at, state.digest) for state in states if state.seen_at == state.last_seen_at}
    return [each for each in seen if (each.seen_at, each.digest) not in alone]
