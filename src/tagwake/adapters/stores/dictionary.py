"""The dictionaries of the store: the small number of a repository, a tag, a digest or a word, given once."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Table, bindparam, event, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tagwake.adapters.stores.engine import is_sqlite
from tagwake.adapters.stores.tables import digests, repositories, tags, words
from tagwake.core.digest import Digest
from tagwake.core.reference import Stream

ALGORITHMS = ("sha256", "sha512")
"""Digest algorithms by their number."""

_ROOM = 100_000
"""How many numbers are remembered before all are forgotten: some 20 MB."""

_IN_FLIGHT = "tagwake_numbers"
_remembered: WeakKeyDictionary[Engine, dict[Any, Any]] = WeakKeyDictionary()
_first_use = threading.Lock()


@dataclass(frozen=True, slots=True)
class Numbers:
    """Where the numbers of digests and of words come from."""

    digest: Callable[[Digest], int]
    word: Callable[[str], int]

    @classmethod
    def within(cls, connection: Connection) -> "Numbers":
        """Those of a transaction that is open; new ones are given."""
        return cls(partial(digest_number, connection), partial(word_number, connection))


def tag_number(connection: Connection, stream: Stream) -> int:
    """The number of a tag; it is given where the tag is new."""
    repository = repository_number(connection, stream.registry, stream.repository)
    return _number(connection, tags, (repository, stream.tag))


def repository_number(connection: Connection, registry: str, name: str) -> int:
    """The number of a repository; it is given where the repository is new."""
    return _number(connection, repositories, (registry, name))


def digest_number(connection: Connection, digest: Digest) -> int:
    """The number of a digest; it is given where the digest is new."""
    return _number(connection, digests, digest_key(digest))


def describe(connection: Connection, digest: Digest, media_type: str | None, size: int | None) -> None:
    """Give a digest its number, and its media type and size, where a look told them and nobody had looked before."""
    number = digest_number(connection, digest)
    described = ("described", number)
    if media_type is None or described in _memory(connection):
        return
    values = {"of": number, "media_type": word_number(connection, media_type), "size": size}
    connection.execute(_DESCRIBE, values)
    connection.info[_IN_FLIGHT][described] = True


def word_number(connection: Connection, text: str) -> int:
    """The number of a word; it is given where the word is new."""
    return _number(connection, words, (text,))


def word(connection: Connection, number: int) -> str:
    """The word of a number."""
    in_flight = connection.info.setdefault(_IN_FLIGHT, {})
    text = _memory(connection).get(number) or in_flight.get(number)
    if text is None:
        text = in_flight[number] = connection.execute(_WORD, {"id": number}).scalar_one()
    return str(text)


def existing_tag(connection: Connection, stream: Stream) -> int | None:
    """The number of a tag, or ``None`` where it has none."""
    found = connection.execute(
        _TAG, {"registry": stream.registry, "repository": stream.repository, "tag": stream.tag}
    ).scalar()
    return None if found is None else int(found)


def existing_digest(connection: Connection, digest: Digest) -> int | None:
    """The number of a digest, or ``None`` where it has none."""
    return _existing(connection, digests, digest_key(digest))


def digest_key(digest: Digest) -> tuple[bytes, int]:
    """What a digest is found by."""
    return (bytes.fromhex(digest.hex), ALGORITHMS.index(digest.algorithm))


def digest_of(algorithm: int | None, data: bytes | None) -> Digest | None:
    """The digest of a row; ``None`` where the row has none."""
    if algorithm is None or data is None:
        return None
    return Digest(ALGORITHMS[algorithm], data.hex())


def streams_of(connection: Connection, numbers: Iterable[int]) -> dict[int, Stream]:
    """The tags of these numbers."""
    rows = connection.execute(_STREAMS, {"numbers": sorted(set(numbers))})
    return {row.id: Stream(row.registry, row.repository, row.tag) for row in rows}


def insert_new(connection: Connection, table: Table) -> Any:
    """An INSERT that leaves rows alone that are there already."""
    if is_sqlite(connection):
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


_KEYS: dict[str, Sequence[str]] = {
    repositories.name: ("registry", "name"),
    tags.name: ("repository", "name"),
    digests.name: ("bytes", "algorithm"),
    words.name: ("text",),
}
_BY_KEY = {
    table.name: select(table.c.id).where(*(table.c[name] == bindparam(name) for name in _KEYS[table.name]))
    for table in (repositories, tags, digests, words)
}
_DESCRIBE = update(digests).where(digests.c.id == bindparam("of"), digests.c.media_type.is_(None))
_WORD = select(words.c.text).where(words.c.id == bindparam("id"))
_STREAM = (
    select(
        tags.c.id,
        repositories.c.registry,
        repositories.c.name.label("repository"),
        tags.c.name.label("tag"),
    )
    .select_from(tags)
    .join(repositories, repositories.c.id == tags.c.repository)
)
_STREAMS = _STREAM.where(tags.c.id.in_(bindparam("numbers", expanding=True)))
_TAG = (
    select(tags.c.id)
    .join(repositories, repositories.c.id == tags.c.repository)
    .where(
        repositories.c.registry == bindparam("registry"),
        repositories.c.name == bindparam("repository"),
        tags.c.name == bindparam("tag"),
    )
)


def _existing(connection: Connection, table: Table, key: Sequence[Any]) -> int | None:
    found = connection.execute(_BY_KEY[table.name], dict(zip(_KEYS[table.name], key, strict=True))).scalar()
    return None if found is None else int(found)


def _number(connection: Connection, table: Table, key: tuple[Any, ...]) -> int:
    remembered = (table.name, *key)
    in_flight = connection.info.setdefault(_IN_FLIGHT, {})
    number = _memory(connection).get(remembered) or in_flight.get(remembered)
    if number is None:
        number = in_flight[remembered] = _existing(connection, table, key) or _new(connection, table, key)
    return int(number)


def _new(connection: Connection, table: Table, key: Sequence[Any]) -> int:
    """The number that is given now, by us or by somebody else."""
    connection.execute(insert_new(connection, table), dict(zip(_KEYS[table.name], key, strict=True)))
    number = _existing(connection, table, key)
    assert number is not None
    return number


def _memory(connection: Connection) -> dict[Any, Any]:
    """What is remembered of the database: what was committed, and no more than there is room for."""
    engine = connection.engine
    remembered = _remembered.get(engine)
    if remembered is None:
        with _first_use:
            if engine not in _remembered:
                event.listen(engine, "commit", _keep)
                event.listen(engine, "rollback", _forget)
            remembered = _remembered.setdefault(engine, {})
    if len(remembered) > _ROOM:
        remembered.clear()
    return remembered


def _keep(connection: Connection) -> None:
    _memory(connection).update(connection.info.pop(_IN_FLIGHT, {}))


def _forget(connection: Connection) -> None:
    if not connection.invalidated:  # else what it knew has gone with it
        connection.info.pop(_IN_FLIGHT, None)
