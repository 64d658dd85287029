"""The dictionaries of the store: the small number of a repository, a tag, a digest or a word, given once."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from tagwake.adapters.stores.engine import is_sqlite
from tagwake.adapters.stores.tables import digests, repositories, tags, words
from tagwake.core.digest import Digest
from tagwake.core.reference import Stream

ALGORITHMS = ("sha256", "sha512")


class Dictionary:
    """Reads and gives numbers. What is remembered here was committed: call :meth:`keep` after the commit."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Any], int] = {}
        self._new: dict[tuple[str, Any], int] = {}

    def keep(self) -> None:
        """Remember what the transaction that has just been committed gave."""
        self._known.update(self._new)
        self._new = {}

    def forget(self) -> None:
        """Drop what a transaction gave that was undone."""
        self._new = {}

    def tag(self, connection: Connection, stream: Stream) -> int:
        """The number of a tag; it is given where the tag is new."""
        repository = self._number(
            connection, repositories, {"registry": stream.registry, "name": stream.repository}
        )
        return self._number(connection, tags, {"repository": repository, "name": stream.tag})

    def digest(self, connection: Connection, digest: Digest) -> int:
        """The number of a digest; it is given where the digest is new."""
        key = {"algorithm": ALGORITHMS.index(digest.algorithm), "bytes": bytes.fromhex(digest.hex)}
        return self._number(connection, digests, key)

    def word(self, connection: Connection, text: str) -> int:
        """The number of a word; it is given where the word is new."""
        return self._number(connection, words, {"text": text})

    def _number(self, connection: Connection, table: Table, key: dict[str, Any]) -> int:
        remembered = (table.name, tuple(key.values()))
        number = self._known.get(remembered) or self._new.get(remembered)
        if number is not None:
            return number
        wanted = select(table.c.id).where(*(table.c[name] == value for name, value in key.items()))
        found = connection.execute(wanted).scalar()
        if found is None:
            connection.execute(insert_new(connection, table), key)
            found = connection.execute(wanted).scalar_one()
        self._new[remembered] = int(found)
        return int(found)


def insert_new(connection: Connection, table: Table) -> Any:
    """An INSERT that leaves rows alone that are there already."""
    if is_sqlite(connection):
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def existing_tag(connection: Connection, stream: Stream) -> int | None:
    """The number of a tag, or ``None`` where it has none."""
    found = connection.execute(
        select(tags.c.id)
        .join(repositories, repositories.c.id == tags.c.repository)
        .where(
            repositories.c.registry == stream.registry,
            repositories.c.name == stream.repository,
            tags.c.name == stream.tag,
        )
    ).scalar()
    return None if found is None else int(found)


def existing_digest(connection: Connection, digest: Digest) -> int | None:
    """The number of a digest, or ``None`` where it has none."""
    found = connection.execute(
        select(digests.c.id).where(
            digests.c.bytes == bytes.fromhex(digest.hex),
            digests.c.algorithm == ALGORITHMS.index(digest.algorithm),
        )
    ).scalar()
    return None if found is None else int(found)


def digests_of(connection: Connection, numbers: Iterable[int]) -> dict[int, Digest]:
    """The digests of these numbers."""
    wanted = sorted(set(numbers))
    rows = connection.execute(
        select(digests.c.id, digests.c.algorithm, digests.c.bytes).where(
            digests.c.id.in_(bindparam("numbers", expanding=True))
        ),
        {"numbers": wanted},
    )
    return {int(row.id): Digest(ALGORITHMS[row.algorithm], row.bytes.hex()) for row in rows}
