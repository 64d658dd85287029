"""Rows given to a statement in one go: as arrays on PostgreSQL, as JSON on SQLite.

One step of one statement for all of them is also one hand-over of Python's lock, where a step a row lets another thread
hold up each.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
    true,
)
from sqlalchemy import column as named_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

from tagwake.adapters.stores.engine import is_sqlite

Types = Mapping[str, TypeEngine[Any]]
"""The columns that are given, and their types."""
Values = Mapping[str, ColumnElement[Any]]
"""What a statement says where it means a column that is given."""


class ForEach:
    """A statement that is carried out for each of many rows."""

    def __init__(self, build: Callable[[Values], Any], types: Types) -> None:
        """Take what makes the statement; on PostgreSQL it needs a condition that joins what is given."""
        self._names = tuple(types)
        self._statements = {
            is_text: build({name: given.c[name] for name in types})
            for is_text, given in ((True, _json(types)), (False, _arrays(types)))
        }

    def execute(self, connection: Connection, rows: Sequence[Mapping[str, Any]], **shared: Any) -> None:
        """Carry it out.

        :param shared: parameters of the statement that are the same for all rows.
        """
        if rows:
            is_text = is_sqlite(connection)
            given = _given(is_text, self._names, [[row[name] for name in self._names] for row in rows])
            connection.execute(self._statements[is_text], {**given, **shared})


class InsertNew:
    """An INSERT of many rows that leaves alone what is there already."""

    def __init__(
        self, table: Table, names: Sequence[str], constants: Mapping[str, Any] | None = None
    ) -> None:
        """Take the columns that are given, and what stands in others of every row."""
        fixed = {name: literal(value, table.c[name].type) for name, value in (constants or {}).items()}
        types = {name: table.c[name].type for name in names}
        self._names = tuple(names)
        self._statements = {
            is_text: insert(table)
            .from_select(
                [*names, *fixed], select(*(given.c[name] for name in names), *fixed.values()).where(true())
            )
            .on_conflict_do_nothing()
            for is_text, insert, given in (
                (True, sqlite.insert, _json(types)),
                (False, postgresql.insert, _arrays(types)),
            )
        }

    def execute(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert those that are new."""
        if rows:
            is_text = is_sqlite(connection)
            given = _given(is_text, self._names, [[row[name] for name in self._names] for row in rows])
            connection.execute(self._statements[is_text], given)


class OfKeys:
    """A SELECT of the rows whose columns together are one of many keys, none of which is given twice."""

    def __init__(self, chosen: Select[Any], **columns: Column[Any]) -> None:
        """Take the columns by the names of their parameters."""
        self._names = tuple(columns)
        types = {name: column.type for name, column in columns.items()}
        self._chosen = {
            is_text: chosen.where(*(column == given.c[name] for name, column in columns.items()))
            for is_text, given in ((True, _json(types)), (False, _arrays(types)))
        }

    def rows(self, connection: Connection, keys: Sequence[Sequence[Any]]) -> Sequence[Row[Any]]:
        """The rows of these keys."""
        is_text = is_sqlite(connection)
        return connection.execute(self._chosen[is_text], _given(is_text, self._names, keys)).all()


def _given(is_text: bool, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Rows as parameters: of what :func:`_json` selects from, or of :func:`_arrays`."""
    if is_text:
        return {"given": json.dumps(rows)}
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _json(types: Types) -> Any:
    parts = (
        cast(literal_column(f"json_extract(value, '$[{place}]')"), type_).label(name)
        for place, (name, type_) in enumerate(types.items())
    )
    return select(*parts).select_from(func.json_each(bindparam("given", type_=Text()))).subquery("given")


def _arrays(types: Types) -> Any:
    arrays = (bindparam(name, type_=postgresql.ARRAY(type_)) for name, type_ in types.items())
    return (
        func.unnest(*arrays)
        .table_valued(*(named_column(name, type_) for name, type_ in types.items()))
        .render_derived(name="given")
    )
