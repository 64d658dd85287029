"""What can be asked across tags: repositories, what moved lately, and what a few typed characters may mean."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, func, or_, select

from tagwake.adapters.stores.asking import move_of
from tagwake.adapters.stores.dictionary import ALGORITHMS, streams_of
from tagwake.adapters.stores.states import MOVES
from tagwake.adapters.stores.tables import digests, moves, repositories, tags
from tagwake.adapters.stores.times import from_milliseconds
from tagwake.core.digest import Digest
from tagwake.core.reference import Stream
from tagwake.core.search import Search
from tagwake.ports.history_store import Found, RepositoryTags, TagMove

_WAS_THERE = tags.c.moved_at.is_not(None)
_STREAMS = (
    select(repositories.c.registry, repositories.c.name.label("repository"), tags.c.name)
    .select_from(tags)
    .join(repositories, repositories.c.id == tags.c.repository)
    .where(_WAS_THERE)
    .order_by(repositories.c.registry, repositories.c.name, tags.c.name)
)
_OF_REPOSITORY = _STREAMS.where(
    repositories.c.registry == bindparam("registry"), repositories.c.name == bindparam("repository")
)
_REPOSITORIES = (
    select(
        repositories.c.registry,
        repositories.c.name,
        func.count().label("tags"),
        func.max(tags.c.moved_at).label("moved_at"),
    )
    .select_from(repositories)
    .join(tags, tags.c.repository == repositories.c.id)
    .where(_WAS_THERE)
    .group_by(repositories.c.registry, repositories.c.name)
    .order_by(repositories.c.registry, repositories.c.name)
    .limit(bindparam("most"))
)
_REPOSITORIES_AFTER = _REPOSITORIES.where(
    or_(
        repositories.c.registry > bindparam("registry"),
        and_(repositories.c.registry == bindparam("registry"), repositories.c.name > bindparam("repository")),
    )
)
_RECENT = (
    select(tags.c.id, tags.c.position)
    .where(_WAS_THERE)
    .order_by(tags.c.moved_at.desc())
    .limit(bindparam("most"))
)
_LAST_TWO = MOVES.where(moves.c.tag == bindparam("of"), moves.c.position >= bindparam("place") - 1).order_by(
    moves.c.position.desc()
)
_DIGESTS = (
    select(digests.c.algorithm, digests.c.bytes)
    .where(digests.c.bytes >= bindparam("low"), digests.c.bytes <= bindparam("high"))
    .order_by(digests.c.algorithm, digests.c.bytes)
)


def streams(connection: Connection, registry: str, repository: str) -> tuple[Stream, ...]:
    """See :meth:`tagwake.ports.history_store.HistoryStore.streams`."""
    return _read_streams(connection.execute(_OF_REPOSITORY, {"registry": registry, "repository": repository}))


def known_repositories(
    connection: Connection, limit: int, after: tuple[str, str] | None
) -> tuple[RepositoryTags, ...]:
    """See :meth:`tagwake.ports.history_store.HistoryStore.repositories`."""
    if after is None:
        return _read_repositories(connection.execute(_REPOSITORIES, {"most": limit}))
    asked = {"most": limit, "registry": after[0], "repository": after[1]}
    return _read_repositories(connection.execute(_REPOSITORIES_AFTER, asked))


def recent(connection: Connection, limit: int) -> tuple[TagMove, ...]:
    """See :meth:`tagwake.ports.history_store.HistoryStore.recent`."""
    rows = connection.execute(_RECENT, {"most": limit}).all()
    named = streams_of(connection, [row.id for row in rows])
    found = []
    for row in rows:
        last = connection.execute(_LAST_TWO, {"of": row.id, "place": row.position}).all()
        found.append(TagMove(named[row.id], move_of(connection, last[0], last[1] if len(last) > 1 else None)))
    return tuple(found)


def find(connection: Connection, text: str, limit: int) -> Found:
    """See :meth:`tagwake.ports.history_store.HistoryStore.find`."""
    search = Search.of(text)
    asked: dict[str, Any] = {"most": limit}
    found_repositories: tuple[RepositoryTags, ...] = ()
    found_streams: tuple[Stream, ...] = ()
    image = repositories.c.registry + "/" + repositories.c.name
    part = image.contains(search.repository, autoescape=True)
    if search.repository:
        found_repositories = _read_repositories(connection.execute(_REPOSITORIES.where(part), asked))
    if search.tag is not None:
        wanted = _STREAMS.where(begins(search.tag)).limit(bindparam("most"))
        if search.is_image and search.repository:
            wanted = wanted.where(part)
        found_streams = _read_streams(connection.execute(wanted, asked))
    return Found(found_repositories, found_streams, _digests(connection, search, limit))


def begins(start: str) -> ColumnElement[bool]:
    """Whether a tag begins so, by code points, as tags are: LIKE takes ``a`` for ``A`` on one engine."""
    return and_(tags.c.name >= start, tags.c.name < start + "\x7f")


def _digests(connection: Connection, search: Search, limit: int) -> tuple[Digest, ...]:
    if not search.hex:
        return ()
    is_odd = len(search.hex) % 2 == 1
    low = bytes.fromhex(search.hex + "0" * is_odd)
    high = bytes.fromhex(search.hex + "f" * is_odd) + b"\xff" * 64
    wanted = _DIGESTS.limit(limit)
    if search.algorithm is not None:
        wanted = wanted.where(digests.c.algorithm == ALGORITHMS.index(search.algorithm))
    rows = connection.execute(wanted, {"low": low, "high": high})
    return tuple(Digest(ALGORITHMS[row.algorithm], row.bytes.hex()) for row in rows)


def _read_streams(rows: Iterable[Row[Any]]) -> tuple[Stream, ...]:
    return tuple(Stream(row.registry, row.repository, row.name) for row in rows)


def _read_repositories(rows: Iterable[Row[Any]]) -> tuple[RepositoryTags, ...]:
    return tuple(
        RepositoryTags(row.registry, row.name, row.tags, from_milliseconds(row.moved_at)) for row in rows
    )
