"""Many rows at once, by the quickest way that each engine has: prepared statements on SQLite, COPY on PostgreSQL."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, select

from tagwake.adapters.stores.dictionary import digest_key
from tagwake.adapters.stores.engine import is_sqlite
from tagwake.adapters.stores.states import MOVES, RAW
from tagwake.adapters.stores.tables import digests, moves, sightings, tags
from tagwake.core.digest import Digest

_MANY = 500
"""How many values stand in one list of a query."""

_NUMBERS = select(tags.c.id, tags.c.name).where(
    tags.c.repository == bindparam("of"), tags.c.name.in_(bindparam("names", expanding=True))
)
_ANY = select(tags.c.id).where(tags.c.repository == bindparam("of")).order_by(tags.c.name).limit(1)
_LOCKED = (
    select(tags)
    .where(tags.c.id.in_(bindparam("numbers", expanding=True)))
    .order_by(tags.c.id)
    .with_for_update()
)
_MOVES = MOVES.where(moves.c.tag.in_(bindparam("numbers", expanding=True))).order_by(
    moves.c.tag, moves.c.position
)
_RAW = RAW.where(sightings.c.tag.in_(bindparam("numbers", expanding=True)))

_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})

Values = Sequence[Any]
"""The values of a row, in the order of the columns that are named."""


def existing_tags(connection: Connection, repository: int, names: Sequence[str]) -> dict[str, int]:
    """The numbers of those tags of a repository that have one, by the tags' names."""
    if connection.execute(_ANY, {"of": repository}).first() is None:
        return {}
    return {
        row.name: row.id
        for some in _in_parts(names)
        for row in connection.execute(_NUMBERS, {"of": repository, "names": some})
    }


def lock_tags(connection: Connection, numbers: Iterable[int]) -> dict[int, Row[Any]]:
    """The rows of tags, locked in the order of their numbers."""
    return {
        row.id: row
        for some in _in_parts(sorted(numbers))
        for row in connection.execute(_LOCKED, {"numbers": some})
    }


def moves_of_tags(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The rows of moves of these tags, in the order of positions."""
    return _by_tag(
        row for some in _in_parts(numbers) for row in connection.execute(_MOVES, {"numbers": some})
    )


def raw_of_tags(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The rows of raw sightings of these tags."""
    return _by_tag(row for some in _in_parts(numbers) for row in connection.execute(_RAW, {"numbers": some}))


def number_digests(connection: Connection, wanted: Iterable[Digest]) -> dict[str, int]:
    """The numbers of digests by their hex digits; they are given where the digests are new."""
    keys = sorted(map(digest_key, wanted))
    if is_sqlite(connection):
        insert_rows(connection, digests, ("bytes", "algorithm"), keys, new_only=True)
        find = "SELECT id FROM digests WHERE bytes = ? AND algorithm = ?"
        cursor = connection.connection.cursor()
        return {key[0].hex(): cursor.execute(find, key).fetchone()[0] for key in keys}
    connection.exec_driver_sql(
        "CREATE TEMPORARY TABLE wanted_digests (bytes bytea, algorithm smallint) ON COMMIT DROP"
    )
    _copy(connection, "wanted_digests", ("bytes", "algorithm"), keys)
    connection.exec_driver_sql(
        "INSERT INTO digests (bytes, algorithm) SELECT bytes, algorithm FROM wanted_digests"
        " ORDER BY bytes, algorithm ON CONFLICT DO NOTHING"
    )
    connection.exec_driver_sql("ANALYZE wanted_digests")
    rows = connection.exec_driver_sql(
        "SELECT encode(bytes, 'hex'), id FROM digests JOIN wanted_digests USING (bytes, algorithm)"
    )
    return {row[0]: row[1] for row in rows}


def insert_tags(
    connection: Connection, columns: Sequence[str], rows: Sequence[Values]
) -> dict[tuple[int, str], int]:
    """Insert tags that are new: their numbers by repository and name, without those that somebody else has inserted.

    :param columns: the first two are ``repository`` and ``name``.
    """
    if is_sqlite(connection):  # nobody else writes
        insert_rows(connection, tags, columns, rows)
        cursor = connection.connection.cursor()
        find = "SELECT id FROM tags WHERE repository = ? AND name = ?"
        return {(row[0], row[1]): cursor.execute(find, row[:2]).fetchone()[0] for row in rows}
    names = ", ".join(columns)
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE new_tags ON COMMIT DROP AS SELECT {names} FROM tags LIMIT 0"  # noqa: S608 (names of columns)
    )
    _copy(connection, "new_tags", columns, rows)
    inserted = connection.exec_driver_sql(
        f"INSERT INTO tags ({names}) SELECT {names} FROM new_tags ORDER BY repository, name"  # noqa: S608
        " ON CONFLICT DO NOTHING RETURNING id, repository, name"
    )
    return {(row.repository, row.name): row.id for row in inserted}


def insert_rows(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[Values],
    *,
    new_only: bool = False,
) -> None:
    """Insert rows; on PostgreSQL all of them must be new."""
    if not rows:
        return
    if is_sqlite(connection):
        verb = "INSERT OR IGNORE" if new_only else "INSERT"
        marks = ", ".join("?" * len(columns))
        statement = f"{verb} INTO {table.name} ({_names(columns)}) VALUES ({marks})"
        connection.connection.cursor().executemany(statement, rows)
    else:
        _copy(connection, table.name, columns, rows)


def _copy(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Values]) -> None:
    driver: Any = connection.connection.driver_connection
    statement = f"COPY {table} ({_names(columns)}) FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for some in _in_parts(rows):
            copy.write("".join("\t".join(map(_text, row)) + "\n" for row in some))


def _text(value: Any) -> str:
    """A value as COPY reads it (PostgreSQL, "COPY", Text Format)."""
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    if isinstance(value, str):
        return value.translate(_ESCAPED)
    return r"\N" if value is None else str(value)


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _in_parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[start : start + _MANY] for start in range(0, len(values), _MANY))


def _by_tag(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.tag, []).append(row)
    return found


def gather_statistics(connection: Connection) -> None:
    """Let PostgreSQL look at its tables now, and not some time after: without it a question may take a hundred times as long.

    SQLite plans by its schema alone.
    """
    if not is_sqlite(connection):
        connection.exec_driver_sql("ANALYZE repositories, tags, digests, moves, sightings")
