"""What can be asked of one tag, or of one digest."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, or_, select

from tagwake.adapters.stores.dictionary import digest_key, digest_of, existing_digest, word
from tagwake.adapters.stores.gaps import gaps_of
from tagwake.adapters.stores.states import MOVES, state_of
from tagwake.adapters.stores.tables import digests, moves, repositories, tags, words
from tagwake.adapters.stores.times import from_milliseconds, to_milliseconds
from tagwake.core.digest import Digest
from tagwake.core.history import Move, Timeline, event_of
from tagwake.core.live import Live, live_at
from tagwake.core.reference import Stream
from tagwake.core.sighting import IMPORT
from tagwake.ports.history_store import Known, Placement

_TAG = (
    select(tags.c.id, tags.c.position, tags.c.seen_at, tags.c.seen_how, tags.c.digest, tags.c.watched_since)
    .select_from(tags)
    .join(repositories, repositories.c.id == tags.c.repository)
    .where(
        repositories.c.registry == bindparam("registry"),
        repositories.c.name == bindparam("repository"),
        tags.c.name == bindparam("tag"),
        tags.c.position.is_not(None),
    )
)
_SHOWN = MOVES.with_only_columns(
    *(moves.c.position, moves.c.seen_at, moves.c.until, moves.c.claimed_at, moves.c.how, moves.c.rollback),
    *(digests.c.algorithm, digests.c.bytes),
)
_NEWEST = _SHOWN.where(moves.c.tag == bindparam("of")).order_by(moves.c.position.desc())
_PAGE = _NEWEST.limit(bindparam("most"))
_PAGE_BEFORE = _NEWEST.where(
    or_(
        moves.c.seen_at < bindparam("edge"),
        and_(moves.c.seen_at == bindparam("edge"), moves.c.position < bindparam("under")),
    )
).limit(bindparam("most"))
_BY_THEN = (
    select(moves.c.position)
    .where(moves.c.tag == bindparam("of"), moves.c.seen_at <= bindparam("edge"))
    .order_by(moves.c.position.desc())
    .limit(1)
)
_AROUND = (
    MOVES.where(moves.c.tag == bindparam("of"), moves.c.position >= _BY_THEN.scalar_subquery())
    .order_by(moves.c.position)
    .limit(2)
)
_OWN = select(moves.c.seen_at, moves.c.how, moves.c.own_seen_at).where(
    moves.c.tag == bindparam("of"), moves.c.digest == bindparam("target")
)
_after = moves.alias("after")
_PLACEMENTS = (
    select(
        repositories.c.registry,
        repositories.c.name.label("repository"),
        tags.c.name,
        moves.c.seen_at,
        moves.c.until,
        tags.c.seen_at.label("tag_seen_at"),
        _after.c.seen_at.label("after"),
    )
    .select_from(moves)
    .join(tags, tags.c.id == moves.c.tag)
    .join(repositories, repositories.c.id == tags.c.repository)
    .outerjoin(_after, (_after.c.tag == moves.c.tag) & (_after.c.position == moves.c.position + 1))
    .where(moves.c.digest == bindparam("target"))
    .order_by(moves.c.seen_at, repositories.c.registry, repositories.c.name, tags.c.name)
)
_KNOWN = (
    select(words.c.text, digests.c.size)
    .select_from(digests)
    .outerjoin(words, words.c.id == digests.c.media_type)
    .where(digests.c.bytes == bindparam("bytes"), digests.c.algorithm == bindparam("algorithm"))
)
_ALL_KNOWN = (
    select(digests.c.bytes, digests.c.algorithm, words.c.text, digests.c.size)
    .select_from(digests)
    .outerjoin(words, words.c.id == digests.c.media_type)
    .where(digests.c.bytes.in_(bindparam("hashes", expanding=True)))
)
_AT_ONCE = 500


def timeline(connection: Connection, stream: Stream) -> Timeline:
    """See :meth:`tagwake.ports.history_store.HistoryStore.timeline`."""
    tag = _tag(connection, stream)
    if tag is None:
        return Timeline()
    rows = connection.execute(_NEWEST, {"of": tag.id}).all()
    since = None if tag.watched_since is None else from_milliseconds(tag.watched_since)
    return Timeline(_moves(connection, rows, len(rows))[::-1], gaps_of(connection, tag.id), since)


def newest_moves(
    connection: Connection, stream: Stream, limit: int, before: datetime | None, below: int | None
) -> tuple[Move, ...]:
    """See :meth:`tagwake.ports.history_store.HistoryStore.newest_moves`."""
    tag = _tag(connection, stream)
    if tag is None:
        return ()
    asked = {"of": tag.id, "most": limit + 1}  # the one before the last says what it moved from
    if before is None:
        rows = connection.execute(_PAGE, asked).all()
    else:
        edge = {"edge": to_milliseconds(before), "under": 0 if below is None else below}
        rows = connection.execute(_PAGE_BEFORE, {**asked, **edge}).all()
    return _moves(connection, rows, limit)


def live(connection: Connection, stream: Stream, at: datetime) -> Live:
    """See :meth:`tagwake.ports.history_store.HistoryStore.live`."""
    tag = _tag(connection, stream)
    if tag is None:
        return live_at((), at)
    rows = connection.execute(_AROUND, {"of": tag.id, "edge": to_milliseconds(at)}).all()
    end = (tag.seen_at, tag.seen_how)
    states = [state_of(connection, row, end if row.position == tag.position else None) for row in rows]
    return live_at(states, at)


def tags_of(connection: Connection, digest: Digest) -> tuple[Placement, ...]:
    """See :meth:`tagwake.ports.history_store.HistoryStore.tags_of`."""
    number = existing_digest(connection, digest)
    if number is None:
        return ()
    return tuple(
        Placement(
            Stream(row.registry, row.repository, row.name),
            from_milliseconds(row.seen_at),
            None if row.after is None else from_milliseconds(row.after),
            from_milliseconds(row.tag_seen_at if row.after is None else row.until or row.seen_at),
        )
        for row in connection.execute(_PLACEMENTS, {"target": number})
    )


def first_seen(connection: Connection, stream: Stream, digest: Digest | None) -> datetime | None:
    """See :meth:`tagwake.ports.history_store.HistoryStore.first_seen`."""
    tag = _tag(connection, stream)
    if tag is None:
        return None
    number = tag.digest if digest is None else existing_digest(connection, digest)
    if number is None:
        return None
    own = [
        row.own_seen_at if word(connection, row.how).startswith(IMPORT) else row.seen_at
        for row in connection.execute(_OWN, {"of": tag.id, "target": number})
    ]
    return min((from_milliseconds(time) for time in own if time is not None), default=None)


def known(connection: Connection, digest: Digest) -> Known | None:
    """See :meth:`tagwake.ports.history_store.HistoryStore.known`."""
    data, algorithm = digest_key(digest)
    row = connection.execute(_KNOWN, {"bytes": data, "algorithm": algorithm}).one_or_none()
    return None if row is None else Known(row.text, row.size)


def known_all(connection: Connection, wanted: Collection[Digest]) -> dict[Digest, Known]:
    """See :meth:`tagwake.ports.history_store.HistoryStore.known_all`."""
    keys = {digest_key(digest): digest for digest in wanted}
    hashes = sorted({data for data, _ in keys})
    found = {}
    for start in range(0, len(hashes), _AT_ONCE):
        rows = connection.execute(_ALL_KNOWN, {"hashes": hashes[start : start + _AT_ONCE]})
        for row in rows:
            digest = keys.get((bytes(row.bytes), row.algorithm))
            if digest is not None:
                found[digest] = Known(row.text, row.size)
    return found


def _tag(connection: Connection, stream: Stream) -> Any:
    asked = {"registry": stream.registry, "repository": stream.repository, "tag": stream.tag}
    return connection.execute(_TAG, asked).one_or_none()


def _moves(connection: Connection, rows: Sequence[Any], limit: int) -> tuple[Move, ...]:
    """The moves to the states of rows, newest first; the row after each is the state before."""
    targets = [digest_of(row.algorithm, row.bytes) for row in rows]
    hows = {number: word(connection, number) for number in {row.how for row in rows}}
    made = [
        Move(
            position=row.position,
            event=event_of(previous, target),
            digest=target,
            previous=previous,
            seen_at=from_milliseconds(row.seen_at),
            not_before=None if before is None else from_milliseconds(before.until or before.seen_at),
            claimed_at=None if row.claimed_at is None else from_milliseconds(row.claimed_at),
            how=hows[row.how],
            rollback=row.rollback,
        )
        for row, target, before, previous in zip(
            rows[:limit], targets, (*rows[1:], None), (*targets[1:], None), strict=False
        )
    ]
    return tuple(made[:-1] if made and rows[len(made) - 1].position == 0 else made)


def move_of(connection: Connection, row: Row[Any], before: Row[Any] | None) -> Move:
    """The move to the state of a row of :data:`tagwake.adapters.stores.states.MOVES`, from the state before."""
    return _moves(connection, (row,) if before is None else (row, before), 1)[0]
