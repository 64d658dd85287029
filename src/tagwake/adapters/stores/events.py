"""The feed in the database: events are appended under one lock, so that cursors are in the order of commits."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update

from tagwake.adapters.stores.dictionary import digest_number, digest_of, word, word_number
from tagwake.adapters.stores.tables import counters, digests, events, repositories, tags
from tagwake.adapters.stores.times import cut, from_milliseconds, to_milliseconds
from tagwake.core.event import Event, EventType
from tagwake.core.event_chain import START
from tagwake.core.reference import Stream
from tagwake.core.telling import FirstTold, Telling, event_of

TYPES = (EventType.CREATED, EventType.MOVED, EventType.DELETED, EventType.CORRECTED)
"""Types of events by their number."""


@dataclass(frozen=True, slots=True)
class News:
    """Something to be told of a tag, whose row is locked."""

    tag: int
    stream: Stream
    telling: Telling


def append(
    connection: Connection, news: Sequence[News], *, now: datetime, immutable: Callable[[Stream], bool]
) -> tuple[Event, ...]:
    """Append events to the feed; from here to the commit nobody else does, so nothing that waits may follow."""
    if not news:
        return ()
    last = connection.execute(_COUNT, {"many": len(news)}).scalar_one()
    chains: dict[int, str] = {}
    made: list[Event] = []
    rows = []
    for cursor, each in enumerate(news, last - len(news) + 1):
        previous = chains.get(each.tag) or _chain(connection, each.tag)
        event = event_of(
            each.stream, each.telling, cursor, previous, immutable=immutable(each.stream), now=cut(now)
        )
        chains[each.tag] = event.chain
        made.append(event)
        rows.append(_row(connection, each.tag, event))
    connection.execute(insert(events), rows)
    connection.execute(
        _SET_CHAIN, [{"of": tag, "chain": bytes.fromhex(chain)} for tag, chain in chains.items()]
    )
    return tuple(made)


def first_told(connection: Connection, tag: int) -> FirstTold | None:
    """The first event of a tag."""
    row = connection.execute(_FIRST, {"of": tag}).one_or_none()
    if row is None:
        return None
    not_before = None if row.not_before is None else from_milliseconds(row.not_before)
    return FirstTold(digest_of(row.algorithm, row.bytes), from_milliseconds(row.seen_at), not_before)


def read_events(connection: Connection, rows: Iterable[Row[Any]]) -> tuple[Event, ...]:
    """The events of rows of :data:`EVENTS`."""
    return tuple(
        Event(
            cursor=row.cursor,
            type=TYPES[row.type],
            stream=Stream(row.registry, row.repository, row.name),
            digest=digest_of(row.algorithm, row.bytes),
            previous=digest_of(row.previous_algorithm, row.previous_bytes),
            seen_at=from_milliseconds(row.seen_at),
            not_before=_time(row.not_before),
            claimed_at=_time(row.claimed_at),
            how=word(connection, row.how),
            rollback=row.rollback,
            immutable=row.immutable,
            recorded_at=from_milliseconds(row.recorded_at),
            chain=row.chain.hex(),
            since=_time(row.since),
        )
        for row in rows
    )


_previous = digests.alias("previous_digests")
EVENTS: Select[Any] = (
    select(
        events,
        repositories.c.registry,
        repositories.c.name.label("repository"),
        tags.c.name,
        digests.c.algorithm,
        digests.c.bytes,
        _previous.c.algorithm.label("previous_algorithm"),
        _previous.c.bytes.label("previous_bytes"),
    )
    .select_from(events)
    .join(tags, tags.c.id == events.c.tag)
    .join(repositories, repositories.c.id == tags.c.repository)
    .outerjoin(digests, digests.c.id == events.c.digest)
    .outerjoin(_previous, _previous.c.id == events.c.previous)
)
_COUNT = (
    update(counters)
    .where(counters.c.name == "feed")
    .values(value=counters.c.value + bindparam("many"))
    .returning(counters.c.value)
)
_CHAIN = select(tags.c.chain).where(tags.c.id == bindparam("of"))
_SET_CHAIN = update(tags).where(tags.c.id == bindparam("of"))
_FIRST = (
    select(events.c.seen_at, events.c.not_before, digests.c.algorithm, digests.c.bytes)
    .select_from(events)
    .outerjoin(digests, digests.c.id == events.c.digest)
    .where(events.c.tag == bindparam("of"))
    .order_by(events.c.cursor)
    .limit(1)
)


def _chain(connection: Connection, tag: int) -> str:
    chain = connection.execute(_CHAIN, {"of": tag}).scalar_one()
    return START if chain is None else chain.hex()


def _time(number: int | None) -> datetime | None:
    return None if number is None else from_milliseconds(number)


def _row(connection: Connection, tag: int, event: Event) -> dict[str, Any]:
    return {
        "cursor": event.cursor,
        "tag": tag,
        "type": TYPES.index(event.type),
        "how": word_number(connection, event.how),
        "rollback": event.rollback,
        "immutable": event.immutable,
        "digest": None if event.digest is None else digest_number(connection, event.digest),
        "previous": None if event.previous is None else digest_number(connection, event.previous),
        "seen_at": to_milliseconds(event.seen_at),
        "not_before": None if event.not_before is None else to_milliseconds(event.not_before),
        "claimed_at": None if event.claimed_at is None else to_milliseconds(event.claimed_at),
        "since": None if event.since is None else to_milliseconds(event.since),
        "recorded_at": to_milliseconds(event.recorded_at),
        "chain": bytes.fromhex(event.chain),
    }
