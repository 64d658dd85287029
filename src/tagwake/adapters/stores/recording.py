"""Recording: what looks told goes into the history, and their rows become due again, in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Integer, Row, Text, select, update

from tagwake.adapters.stores.dictionary import digest_number
from tagwake.adapters.stores.fold import Rule, fold_all
from tagwake.adapters.stores.gaps import note_gap
from tagwake.adapters.stores.given import ForEach, OfKeys, Types, Values
from tagwake.adapters.stores.look_rows import state_values
from tagwake.adapters.stores.promoting import promote
from tagwake.adapters.stores.tables import repositories, tags
from tagwake.adapters.stores.taking_up import parts
from tagwake.adapters.stores.times import to_milliseconds
from tagwake.adapters.stores.turns import HINTED
from tagwake.adapters.stores.work_tables import looks
from tagwake.core.event import Event
from tagwake.core.finding import Finding, finding_of
from tagwake.core.look import Look
from tagwake.core.reference import Stream
from tagwake.ports.look_queue import Lease


@dataclass(frozen=True, slots=True)
class Record:
    """A look that is to be recorded; see :meth:`tagwake.ports.look_queue.LookQueue.record`."""

    lease: Lease
    look: Look
    now: datetime
    next_due: datetime
    rhythm: str
    promote: Collection[Stream]


def record_all(
    connection: Connection, records: Sequence[Record], immutable: Rule
) -> list[tuple[Event, ...] | None]:
    """Record these; what was told by each, or ``None`` where its lease is stale: of that nothing is written."""
    rows = _held(connection, records)
    written = [record for record in records if record.lease in rows]
    findings = {
        record.lease: finding_of(
            record.lease.stream,
            record.look,
            record.lease.state,
            record.lease.claim,
            now=record.now,
            next_due=record.next_due,
        )
        for record in written
    }
    for record in written:
        gap = findings[record.lease].gap
        if gap is not None:
            note_gap(connection, record.lease.stream, gap)
    for digest in sorted({each.state.digest for each in findings.values() if each.state.digest is not None}):
        digest_number(connection, digest)
    values = [_values(connection, record, findings[record.lease], rows[record.lease]) for record in written]
    _WRITE.execute(connection, values)
    for record in written:
        promote(connection, set(record.promote) - {record.lease.stream}, to_milliseconds(record.now))
    seen = [finding.sighting for finding in findings.values() if finding.sighting is not None]
    latest = max((record.now for record in written), default=None)
    told: dict[Stream, list[Event]] = {}
    if seen and latest is not None:
        for event in fold_all(connection, seen, now=latest, immutable=immutable):
            told.setdefault(event.stream, []).append(event)
    return [tuple(told.get(record.lease.stream, ())) if record.lease in rows else None for record in records]


def _held(connection: Connection, records: Sequence[Record]) -> Mapping[Lease, Row[Any]]:
    """The rows, locked, of those of the leases that hold theirs."""
    leases = {(record.lease.stream, record.lease.fence): record.lease for record in records}
    keys = sorted({(stream.registry, stream.repository, stream.tag) for stream, _ in leases})
    found: dict[Lease, Row[Any]] = {}
    for some in parts(keys):
        for row in _LEASED.rows(connection, some):
            lease = leases.get((Stream(row.registry, row.repository_name, row.tag_name), row.fence))
            if lease is not None:
                found[lease] = row
    return found


def _values(connection: Connection, record: Record, finding: Finding, row: Row[Any]) -> dict[str, Any]:
    is_hinted = row.hints > record.lease.hints
    due = to_milliseconds(record.now if is_hinted else finding.next_due)
    is_answered = finding.sighting is not None and not is_hinted
    return {
        "number": row.tag,
        "due": due,
        "place": due - HINTED if is_hinted else due,
        "notes": record.rhythm,
        "claim": None if is_answered else row.claim_how,
        **state_values(connection, finding.state),
    }


def _write(given: Values) -> Any:
    return (
        update(looks)
        .where(looks.c.tag == given["number"])
        .values(
            leased_until=None,
            due_at=given["due"],
            turn=given["place"],
            rhythm=given["notes"],
            claim_how=given["claim"],
            **{name: given[name] for name in _STATE},
        )
    )


_STATE: Types = {
    "digest": BigInteger(),
    "etag": Text(),
    "looked_at": BigInteger(),
    "promised_at": BigInteger(),
    "absent_since": BigInteger(),
    "failures": Integer(),
}
_ROW: Types = {
    "number": BigInteger(),
    "due": BigInteger(),
    "place": BigInteger(),
    "notes": Text(),
    "claim": Text(),
    **_STATE,
}
_WRITE = ForEach(_write, _ROW)
_LEASED = OfKeys(
    select(
        looks.c.tag,
        looks.c.hints,
        looks.c.fence,
        looks.c.claim_how,
        repositories.c.registry,
        repositories.c.name.label("repository_name"),
        tags.c.name.label("tag_name"),
    )
    .select_from(looks)
    .join(tags, tags.c.id == looks.c.tag)
    .join(repositories, repositories.c.id == tags.c.repository)
    .where(looks.c.leased_until.is_not(None))
    .order_by(looks.c.tag)
    .with_for_update(of=looks),
    registry=repositories.c.registry,
    repository=repositories.c.name,
    name=tags.c.name,
)
