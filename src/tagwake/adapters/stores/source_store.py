"""Sources of hooks in the database, their logins sealed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, bindparam, case, delete, insert, select, update

from tagwake.adapters.stores.dictionary import insert_new
from tagwake.adapters.stores.engine import reading, transaction
from tagwake.adapters.stores.login_record import read_login, write_login
from tagwake.adapters.stores.times import from_milliseconds, to_milliseconds
from tagwake.adapters.stores.turns import optional_time
from tagwake.adapters.stores.work_tables import parked, refusals, sources
from tagwake.core.hook_source import HookSource
from tagwake.ports.sealer import Sealer
from tagwake.ports.source_store import (
    PARKED_BYTES,
    PARKED_KEPT,
    REFUSALS_KEPT,
    Parked,
    Refusal,
    SourceHealth,
    Unread,
)


@dataclass(frozen=True, slots=True)
class DatabaseSourceStore:
    """Who may send hooks, and how they fare."""

    engine: Engine
    sealer: Sealer

    def put(self, source: HookSource, *, now: datetime) -> bool:
        """See :meth:`tagwake.ports.source_store.SourceStore.put`."""
        key = {"kind": source.kind, "name": source.name}
        values = {
            "login": self.sealer.seal(write_login(source.login), _place(source.kind, source.name)),
            "registry": source.registry,
            "renames": json.dumps(source.renames),
        }
        fresh = {"added_at": to_milliseconds(now), "accepted": 0, "refused": 0, "parked": 0}
        with transaction(self.engine) as connection:
            add = insert_new(connection, sources).returning(sources.c.id)
            if connection.execute(add, {**key, **values, **fresh}).first() is not None:
                return True
            connection.execute(update(sources).where(*_IS).values(**values), _named(**key))
            return False

    def remove(self, kind: str, name: str) -> bool:
        """See :meth:`tagwake.ports.source_store.SourceStore.remove`."""
        with transaction(self.engine) as connection:
            number = _number(connection, kind, name)
            for statement in (_DROP_REFUSALS, _DROP_PARKED, _DROP):
                connection.execute(statement, {"number": number})
            return number is not None

    def source(self, kind: str, name: str) -> HookSource | None:
        """See :meth:`tagwake.ports.source_store.SourceStore.source`."""
        with reading(self.engine) as connection:
            row = connection.execute(_ONE, _named(kind, name)).one_or_none()
        if row is None:
            return None
        place = _place(kind, name)
        login = read_login(self.sealer.open(row.login, place), place)
        renames = tuple((old, new) for old, new in json.loads(row.renames))
        return HookSource(kind, name, login, row.registry, renames)

    def health(self) -> tuple[SourceHealth, ...]:
        """See :meth:`tagwake.ports.source_store.SourceStore.health`."""
        with reading(self.engine) as connection:
            return tuple(map(_health, connection.execute(_HEALTH)))

    def accepted(self, deliveries: Mapping[tuple[str, str], int], *, now: datetime) -> None:
        """See :meth:`tagwake.ports.source_store.SourceStore.accepted`."""
        moment = to_milliseconds(now)
        rows = [
            {**_named(*key), "many": number, "moment": moment} for key, number in sorted(deliveries.items())
        ]
        if rows:
            with transaction(self.engine) as connection:
                connection.execute(_ACCEPT, rows)

    def refused(self, kind: str, name: str, reasons: Sequence[str], *, count: int, now: datetime) -> None:
        """See :meth:`tagwake.ports.source_store.SourceStore.refused`."""
        moment = to_milliseconds(now)
        with transaction(self.engine) as connection:
            number = _number(connection, kind, name)
            if number is None:
                return
            connection.execute(_REFUSE, {"number": number, "many": count, "moment": moment})
            rows = [{"source": number, "at": moment, "reason": reason} for reason in reasons[-REFUSALS_KEPT:]]
            if rows:
                connection.execute(insert(refusals), rows)
                connection.execute(_TRIM_REFUSALS, {"number": number})

    def refusals(self, kind: str, name: str) -> tuple[Refusal, ...]:
        """See :meth:`tagwake.ports.source_store.SourceStore.refusals`."""
        with reading(self.engine) as connection:
            rows = connection.execute(_REFUSALS, _named(kind, name))
            return tuple(Refusal(from_milliseconds(row.at), row.reason) for row in rows)

    def park(self, deliveries: Sequence[Unread], *, now: datetime) -> None:
        """See :meth:`tagwake.ports.source_store.SourceStore.park`."""
        moment = to_milliseconds(now)
        by_source: dict[tuple[str, str], list[Unread]] = {}
        for each in deliveries:
            by_source.setdefault((each.kind, each.name), []).append(each)
        with transaction(self.engine) as connection:
            for key, unread in sorted(by_source.items()):
                number = _number(connection, *key)
                if number is None:
                    continue
                rows = [
                    {
                        "source": number,
                        "at": moment,
                        "reason": each.reason,
                        "size": each.size,
                        "body": each.body[:PARKED_BYTES],
                    }
                    for each in unread[-PARKED_KEPT:]
                ]
                connection.execute(_PARK, {"number": number, "many": len(unread)})
                connection.execute(insert(parked), rows)
                connection.execute(_TRIM_PARKED, {"number": number})

    def parked(
        self, limit: int, *, kind: str | None = None, name: str | None = None, before: int | None = None
    ) -> tuple[Parked, ...]:
        """See :meth:`tagwake.ports.source_store.SourceStore.parked`."""
        chosen = _PARKED
        for column, wanted in ((sources.c.kind, kind), (sources.c.name, name)):
            chosen = chosen if wanted is None else chosen.where(column == wanted)
        if before is not None:
            chosen = chosen.where(parked.c.id < before)
        with reading(self.engine) as connection:
            return tuple(
                Parked(row.id, row.kind, row.name, from_milliseconds(row.at), row.reason, row.size, row.body)
                for row in connection.execute(chosen.limit(limit))
            )


def _place(kind: str, name: str) -> str:
    return f"source {kind}/{name}"


def _named(kind: str, name: str) -> dict[str, str]:
    return {"of_kind": kind, "named": name}


def _number(connection: Connection, kind: str, name: str) -> int | None:
    """The number of a source, whose row is now locked."""
    found = connection.execute(_NUMBER, _named(kind, name)).scalar()
    return None if found is None else int(found)


def _health(row: Row[Any]) -> SourceHealth:
    return SourceHealth(
        row.kind,
        row.name,
        from_milliseconds(row.added_at),
        row.accepted,
        row.refused,
        row.parked,
        optional_time(row.last_word_at),
        optional_time(row.last_refusal_at),
    )


def _trim(table: Table, kept: int) -> Any:
    """Drop all but the newest rows of a source."""
    newest = (
        select(table.c.id)
        .where(table.c.source == bindparam("number"))
        .order_by(table.c.id.desc())
        .limit(1)
        .offset(kept - 1)
        .scalar_subquery()
    )
    return delete(table).where(table.c.source == bindparam("number"), table.c.id < newest)


_IS = (sources.c.kind == bindparam("of_kind"), sources.c.name == bindparam("named"))
_ONE = select(sources).where(*_IS)
_NUMBER = select(sources.c.id).where(*_IS).with_for_update()
_HEALTH = select(sources).order_by(sources.c.kind, sources.c.name)
_DROP = delete(sources).where(sources.c.id == bindparam("number"))
_DROP_REFUSALS = delete(refusals).where(refusals.c.source == bindparam("number"))
_DROP_PARKED = delete(parked).where(parked.c.source == bindparam("number"))
_is_later = (sources.c.last_word_at.is_(None)) | (sources.c.last_word_at < bindparam("moment"))
_ACCEPT = (
    update(sources)
    .where(*_IS)
    .values(
        accepted=sources.c.accepted + bindparam("many"),
        last_word_at=case((_is_later, bindparam("moment")), else_=sources.c.last_word_at),
    )
)
_REFUSE = (
    update(sources)
    .where(sources.c.id == bindparam("number"))
    .values(refused=sources.c.refused + bindparam("many"), last_refusal_at=bindparam("moment"))
)
_PARK = (
    update(sources)
    .where(sources.c.id == bindparam("number"))
    .values(parked=sources.c.parked + bindparam("many"))
)
_TRIM_REFUSALS = _trim(refusals, REFUSALS_KEPT)
_TRIM_PARKED = _trim(parked, PARKED_KEPT)
_REFUSALS = (
    select(refusals.c.at, refusals.c.reason)
    .join(sources, sources.c.id == refusals.c.source)
    .where(*_IS)
    .order_by(refusals.c.id.desc())
)
_PARKED = (
    select(parked, sources.c.kind, sources.c.name)
    .join(sources, sources.c.id == parked.c.source)
    .order_by(parked.c.id.desc())
)
