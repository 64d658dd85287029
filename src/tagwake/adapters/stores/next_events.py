"""The next events of many tags: one question to PostgreSQL, one a tag to SQLite, which has no way to go."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, bindparam, func, select, true
from sqlalchemy import column as named_column
from sqlalchemy.dialects import postgresql

from tagwake.adapters.stores.engine import is_sqlite
from tagwake.adapters.stores.events import EVENTS, read_events
from tagwake.adapters.stores.tables import events
from tagwake.adapters.stores.taking_up import tag_numbers
from tagwake.core.event import Event
from tagwake.core.reference import Stream

_given = (
    func.unnest(
        bindparam("tags", type_=postgresql.ARRAY(BigInteger())),
        bindparam("edges", type_=postgresql.ARRAY(BigInteger())),
    )
    .table_valued(named_column("tag", BigInteger()), named_column("edge", BigInteger()))
    .render_derived(name="given")
)
_most = bindparam("most", type_=BigInteger())
_next = (
    EVENTS.where(events.c.tag == _given.c.tag, events.c.cursor > _given.c.edge)
    .order_by(events.c.cursor)
    .limit(_most)
    .lateral("next")
)
_OF_ALL = (
    select(_next, _given.c.edge)
    .select_from(_given.join(_next, true()))
    .order_by(_given.c.tag, _given.c.edge, _next.c.cursor)
)
_OF_ONE = (
    EVENTS.where(events.c.tag == bindparam("of"), events.c.cursor > bindparam("edge"))
    .order_by(events.c.cursor)
    .limit(_most)
)
_Place = tuple[int, int]
"""A tag's number, and a cursor."""


def next_events(
    connection: Connection, places: Sequence[tuple[Stream, int]], limit: int
) -> tuple[tuple[Event, ...], ...]:
    """Of each tag at most ``limit`` events after its cursor; none of a tag that is not known."""
    numbers = tag_numbers(connection, (stream for stream, _ in places))
    wanted = {(numbers[stream], after) for stream, after in places if stream in numbers}
    read = _one_by_one if is_sqlite(connection) else _together
    found = {place: read_events(connection, rows) for place, rows in read(connection, wanted, limit).items()}
    return tuple(
        found.get((numbers[stream], after), ()) if stream in numbers else () for stream, after in places
    )


def _one_by_one(
    connection: Connection, wanted: set[_Place], limit: int
) -> Mapping[_Place, Sequence[Row[Any]]]:
    return {
        (tag, edge): connection.execute(_OF_ONE, {"of": tag, "edge": edge, "most": limit}).all()
        for tag, edge in wanted
    }


def _together(connection: Connection, wanted: set[_Place], limit: int) -> Mapping[_Place, Sequence[Row[Any]]]:
    if not wanted:
        return {}
    tags, edges = zip(*sorted(wanted), strict=True)
    found: dict[_Place, list[Row[Any]]] = {}
    for row in connection.execute(_OF_ALL, {"tags": list(tags), "edges": list(edges), "most": limit}):
        found.setdefault((row.tag, row.edge), []).append(row)
    return found
