"""Tags as they are known now, one or those of a repository, from their own rows: no move is read for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, or_, select

from tagwake.adapters.stores.dictionary import digest_of
from tagwake.adapters.stores.searching import begins
from tagwake.adapters.stores.tables import digests, repositories, tags
from tagwake.adapters.stores.times import from_milliseconds, to_milliseconds
from tagwake.core.reference import Stream
from tagwake.ports.history_store import TagState

_STATES: Select[Any] = (
    select(
        repositories.c.registry,
        repositories.c.name.label("repository"),
        tags.c.name,
        tags.c.position,
        digests.c.algorithm,
        digests.c.bytes,
        tags.c.moved_at,
        tags.c.seen_at,
        tags.c.watched_since,
    )
    .select_from(tags)
    .join(repositories, repositories.c.id == tags.c.repository)
    .outerjoin(digests, digests.c.id == tags.c.digest)
    .where(
        repositories.c.registry == bindparam("registry"),
        repositories.c.name == bindparam("repository"),
        tags.c.position > 0,
    )
)
_ONE = _STATES.where(tags.c.name == bindparam("tag"))
_LATELY_FIRST = _STATES.order_by(tags.c.moved_at.desc(), tags.c.name).limit(bindparam("most"))


def tag(connection: Connection, stream: Stream) -> TagState | None:
    """See :meth:`tagwake.ports.history_store.HistoryStore.tag`."""
    asked = {"registry": stream.registry, "repository": stream.repository, "tag": stream.tag}
    row = connection.execute(_ONE, asked).one_or_none()
    return None if row is None else _state(row)


def tags_of_repository(
    connection: Connection,
    repository: tuple[str, str],
    limit: int,
    start: str,
    after: tuple[datetime, str] | None,
) -> tuple[TagState, ...]:
    """See :meth:`tagwake.ports.history_store.HistoryStore.tags`."""
    wanted = _LATELY_FIRST.where(begins(start)) if start else _LATELY_FIRST
    if after is not None:
        wanted = wanted.where(_beyond(to_milliseconds(after[0]), after[1]))
    asked = {"registry": repository[0], "repository": repository[1], "most": limit}
    return tuple(map(_state, connection.execute(wanted, asked)))


def _beyond(moved_at: int, name: str) -> ColumnElement[bool]:
    return or_(tags.c.moved_at < moved_at, and_(tags.c.moved_at == moved_at, tags.c.name > name))


def _state(row: Row[Any]) -> TagState:
    return TagState(
        Stream(row.registry, row.repository, row.name),
        row.position,
        digest_of(row.algorithm, row.bytes),
        from_milliseconds(row.moved_at),
        from_milliseconds(row.seen_at),
        None if row.watched_since is None else from_milliseconds(row.watched_since),
    )
