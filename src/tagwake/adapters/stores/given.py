"""Rows given to a statement at once: as arrays on PostgreSQL, which takes them in one go, one by one on SQLite."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
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
        self._one = build({name: bindparam(name, type_=type_) for name, type_ in types.items()})
        given = _arrays(types)
        self._all = build({name: given.c[name] for name in types})

    def execute(self, connection: Connection, rows: Sequence[Mapping[str, Any]], **shared: Any) -> None:
        """Carry it out.

        :param shared: parameters of the statement that are the same for all rows.
        """
        if not rows:
            return
        if is_sqlite(connection):
            connection.execute(self._one, [{**row, **shared} for row in rows])
        else:
            arrays = {name: [row[name] for row in rows] for name in self._names}
            connection.execute(self._all, {**arrays, **shared})


class InsertNew:
    """An INSERT of many rows that leaves alone what is there already."""

    def __init__(
        self, table: Table, names: Sequence[str], constants: Mapping[str, Any] | None = None
    ) -> None:
        """Take the columns that are given, and what stands in others of every row."""
        fixed = {name: literal(value, table.c[name].type) for name, value in (constants or {}).items()}
        self._names = tuple(names)
        given = _arrays({name: table.c[name].type for name in names})
        self._one = (
            sqlite.insert(table)
            .values({**{name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}, **fixed})
            .on_conflict_do_nothing()
        )
        self._all = (
            postgresql.insert(table)
            .from_select([*names, *fixed], select(*(given.c[name] for name in names), *fixed.values()))
            .on_conflict_do_nothing()
        )

    def execute(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert those that are new."""
        if not rows:
            return
        if is_sqlite(connection):
            connection.execute(
                self._one, [{f"new_{name}": row[name] for name in self._names} for row in rows]
            )
        else:
            connection.execute(self._all, {name: [row[name] for row in rows] for name in self._names})


class OneOf:
    """A condition: several columns together are one of many keys, none of which is given twice."""

    def __init__(self, **columns: Column[Any]) -> None:
        """Take the columns by the names of their parameters."""
        self._names = tuple(columns)
        types = {name: column.type for name, column in columns.items()}
        self._is_one = {
            is_text: and_(*(column == given.c[name] for name, column in columns.items()))
            for is_text, given in ((True, _json(types)), (False, _arrays(types)))
        }

    def condition(self, connection: Connection) -> ColumnElement[bool]:
        """The condition in the words of the engine."""
        return self._is_one[is_sqlite(connection)]

    def parameters(self, connection: Connection, keys: Sequence[Sequence[Any]]) -> dict[str, Any]:
        """The keys as the condition takes them."""
        if is_sqlite(connection):
            return {"keys": json.dumps(keys)}
        return {name: [key[place] for key in keys] for place, name in enumerate(self._names)}


def _json(types: Types) -> Any:
    parts = (
        cast(literal_column(f"json_extract(value, '$[{place}]')"), type_).label(name)
        for place, (name, type_) in enumerate(types.items())
    )
    return select(*parts).select_from(func.json_each(bindparam("keys", type_=Text()))).subquery("given")


def _arrays(types: Types) -> Any:
    arrays = (bindparam(name, type_=postgresql.ARRAY(type_)) for name, type_ in types.items())
    return (
        func.unnest(*arrays)
        .table_valued(*(named_column(name, type_) for name, type_ in types.items()))
        .render_derived(name="given")
    )
