"""Rows of the queue of looks, read and written: leases, states of looks and claims."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from tagwake.adapters.stores.dictionary import digest_number, digest_of
from tagwake.adapters.stores.tables import digests, repositories, tags
from tagwake.adapters.stores.times import from_milliseconds, to_milliseconds
from tagwake.adapters.stores.turns import optional_time
from tagwake.adapters.stores.work_tables import looks
from tagwake.core.claim import Claim
from tagwake.core.digest import Digest
from tagwake.core.finding import LookState
from tagwake.core.reference import Stream
from tagwake.ports.look_queue import Lease

ROWS = (
    select(
        looks,
        repositories.c.registry,
        repositories.c.name.label("repository_name"),
        tags.c.name.label("tag_name"),
        digests.c.algorithm,
        digests.c.bytes,
    )
    .select_from(looks)
    .join(tags, tags.c.id == looks.c.tag)
    .join(repositories, repositories.c.id == looks.c.repository)
    .outerjoin(digests, digests.c.id == looks.c.digest)
)
"""The queue with the names that its numbers stand for."""
_BY_TAGS = ROWS.where(looks.c.tag.in_(bindparam("numbers", expanding=True)))


def rows_of(connection: Connection, numbers: Sequence[int]) -> dict[int, Row[Any]]:
    """The rows of these tags by their numbers."""
    return {row.tag: row for row in connection.execute(_BY_TAGS, {"numbers": numbers})}


def stream_of(row: Row[Any]) -> Stream:
    """The tag of a row."""
    return Stream(row.registry, row.repository_name, row.tag_name)


def lease_of(row: Row[Any], fence: int, until: datetime) -> Lease:
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
