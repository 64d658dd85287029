"""Rows of the queue of looks, read and written: leases, states of looks and claims."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, FromClause, Row, Select, bindparam, column, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from tagwake.adapters.stores.dictionary import digest_number, digest_of
from tagwake.adapters.stores.engine import is_sqlite
from tagwake.adapters.stores.tables import digests, repositories, tags
from tagwake.adapters.stores.times import from_milliseconds, to_milliseconds
from tagwake.adapters.stores.turns import optional_time
from tagwake.adapters.stores.work_tables import looks
from tagwake.core.claim import Claim
from tagwake.core.digest import Digest
from tagwake.core.finding import LookState
from tagwake.core.reference import Stream
from tagwake.ports.look_queue import Lease


def _with_names(source: FromClause, start: FromClause | None = None) -> Select[Any]:
    return (
        select(
            source,
            repositories.c.registry,
            repositories.c.name.label("repository_name"),
            tags.c.name.label("tag_name"),
            digests.c.algorithm,
            digests.c.bytes,
        )
        .select_from(source if start is None else start)
        .join(tags, tags.c.id == source.c.tag)
        .join(repositories, repositories.c.id == source.c.repository)
        .outerjoin(digests, digests.c.id == source.c.digest)
    )


ROWS = _with_names(looks)
"""The queue with the names that its numbers stand for."""

_moment = bindparam("moment", type_=BigInteger())
_most = bindparam("most", type_=BigInteger())


def _due(host: Any) -> Select[Any]:
    return (
        select(looks)
        .where(looks.c.host == host, looks.c.turn <= _moment, looks.c.turn.is_not(None))
        .order_by(looks.c.turn)
        .limit(_most)
    )


_DUE = _with_names(_due(bindparam("of")).subquery("due")).order_by("turn")
_given = (
    func.unnest(bindparam("of", type_=ARRAY(BigInteger())))
    .table_valued(column("host", BigInteger()))
    .render_derived(name="given")
)
_locked = _due(_given.c.host).with_for_update(skip_locked=True, of=looks).lateral("due")
_DUE_OF_ALL = _with_names(_locked, _given.join(_locked, true())).order_by(_locked.c.turn)


def due_rows(connection: Connection, shares: Mapping[int, int], moment: int) -> list[Row[Any]]:
    """Rows that are due, at most so many of each host, locked; those that others have locked are left out."""
    if is_sqlite(connection):
        return [
            row
            for host, most in shares.items()
            for row in connection.execute(_DUE, {"of": host, "most": most, "moment": moment})
        ]
    alike: dict[int, list[int]] = {}
    for host, most in shares.items():
        alike.setdefault(most, []).append(host)
    return [
        row
        for most, hosts in alike.items()
        for row in connection.execute(_DUE_OF_ALL, {"of": hosts, "most": most, "moment": moment})
    ]


def stream_of(row: Row[Any]) -> Stream:
    """The tag of a row."""
    return Stream(row.registry, row.repository_name, row.tag_name)


def lease_of(row: Row[Any], fence: int, until: datetime, room: float) -> Lease:
    """The lease that a claim of a row gives."""
    return Lease(
        stream_of(row),
        fence,
        until,
        from_milliseconds(row.due_at),
        state_of(row),
        _claim_of(row),
        row.hints,
        row.rhythm,
        room,
    )


def state_of(row: Row[Any]) -> LookState:
    """What the looks have left."""
    digest = digest_of(row.algorithm, row.bytes)
    return LookState(
        digest,
        _etag(row.etag, digest),
        optional_time(row.looked_at),
        optional_time(row.promised_at),
        optional_time(row.absent_since),
        row.failures,
    )


def state_values(connection: Connection, state: LookState) -> dict[str, Any]:
    """The columns of what a look has left."""
    return {
        "digest": None if state.digest is None else digest_number(connection, state.digest),
        "etag": _short_etag(state.etag, state.digest),
        "looked_at": _milliseconds(state.looked_at),
        "promised_at": _milliseconds(state.promised_at),
        "absent_since": _milliseconds(state.absent_since),
        "failures": state.failures,
    }


def _milliseconds(time: datetime | None) -> int | None:
    return None if time is None else to_milliseconds(time)


def _claim_of(row: Row[Any]) -> Claim | None:
    if row.claim_how is None:
        return None
    digest = None if row.claimed_digest is None else Digest.parse(row.claimed_digest)
    return Claim(row.claim_how, optional_time(row.claimed_at), digest, bool(row.claimed_deleted))


def _short_etag(etag: str | None, digest: Digest | None) -> str | None:
    """Nearly all registries put the digest into quotes: then nothing of it is kept twice."""
    return "" if etag is not None and etag == f'"{digest}"' else etag


def _etag(kept: str | None, digest: Digest | None) -> str | None:
    return f'"{digest}"' if kept == "" else kept
