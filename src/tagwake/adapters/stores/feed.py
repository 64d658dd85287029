"""The port Feed over a database."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Select, and_, bindparam, or_, select

from tagwake.adapters.stores.dictionary import existing_tag
from tagwake.adapters.stores.engine import reading
from tagwake.adapters.stores.events import EVENTS, TYPES, read_events
from tagwake.adapters.stores.next_events import next_events
from tagwake.adapters.stores.tables import counters, events
from tagwake.core.event import Event, EventType
from tagwake.core.reference import Stream

_AFTER = EVENTS.where(events.c.cursor > bindparam("edge")).order_by(events.c.cursor).limit(bindparam("most"))
_BEFORE = (
    EVENTS.where(events.c.cursor < bindparam("edge"))
    .order_by(events.c.cursor.desc())
    .limit(bindparam("most"))
)
_OF_TAG = events.c.tag == bindparam("of")
_AFTER_OF_TAG, _BEFORE_OF_TAG = _AFTER.where(_OF_TAG), _BEFORE.where(_OF_TAG)
_REMARKABLE = (
    EVENTS.where(
        events.c.cursor > bindparam("edge"),
        or_(events.c.rollback, and_(events.c.immutable, events.c.type != TYPES.index(EventType.CREATED))),
    )
    .order_by(events.c.cursor.desc())
    .limit(bindparam("most"))
)
_NEWEST = select(counters.c.value).where(counters.c.name == "feed")
_NO_CURSOR = 2**63 - 1


class DatabaseFeed:
    """Reads what was told."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def events(self, after: int, limit: int, stream: Stream | None = None) -> tuple[Event, ...]:
        """See :meth:`tagwake.ports.feed.Feed.events`."""
        with reading(self._engine) as connection:
            if stream is None:
                return _read(connection, _AFTER, {"edge": after, "most": limit})
            return _read_of(connection, _AFTER_OF_TAG, {"edge": after, "most": limit}, stream)

    def next_events(self, places: Sequence[tuple[Stream, int]], limit: int) -> tuple[tuple[Event, ...], ...]:
        """See :meth:`tagwake.ports.feed.Feed.next_events`."""
        with reading(self._engine) as connection:
            return next_events(connection, places, limit)

    def newest_events(
        self, limit: int, stream: Stream | None = None, before: int | None = None
    ) -> tuple[Event, ...]:
        """See :meth:`tagwake.ports.feed.Feed.newest_events`."""
        asked = {"edge": _NO_CURSOR if before is None else before, "most": limit}
        with reading(self._engine) as connection:
            if stream is None:
                return _read(connection, _BEFORE, asked)
            return _read_of(connection, _BEFORE_OF_TAG, asked, stream)

    def remarkable(self, limit: int, among: int) -> tuple[Event, ...]:
        """See :meth:`tagwake.ports.feed.Feed.remarkable`."""
        with reading(self._engine) as connection:
            edge = int(connection.execute(_NEWEST).scalar_one()) - among
            return _read(connection, _REMARKABLE, {"edge": edge, "most": limit})

    def newest(self) -> int:
        """See :meth:`tagwake.ports.feed.Feed.newest`."""
        with reading(self._engine) as connection:
            return int(connection.execute(_NEWEST).scalar_one())


def _read(connection: Connection, wanted: Select[Any], asked: Mapping[str, int]) -> tuple[Event, ...]:
    return read_events(connection, connection.execute(wanted, asked))


def _read_of(
    connection: Connection, wanted: Select[Any], asked: Mapping[str, int], stream: Stream
) -> tuple[Event, ...]:
    tag = existing_tag(connection, stream)
    return () if tag is None else _read(connection, wanted, {**asked, "of": tag})
