"""Settling: what came of many leases of deliveries, written in a few statements."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, update

from tagwake.adapters.stores.subscription_rows import held, locked, upsert
from tagwake.adapters.stores.taking_up import parts
from tagwake.adapters.stores.times import to_milliseconds
from tagwake.adapters.stores.work_tables import attempts, dead_letters, deliveries, subscriptions
from tagwake.ports.subscription_store import ANSWER_KEPT, Attempt, DeliveryLease, Progress

_MILLISECOND = timedelta(milliseconds=1)


def settle_all(
    connection: Connection, progress: Sequence[Progress], now: datetime
) -> tuple[DeliveryLease, ...]:
    """Write what came of these, and end their leases; those that were stale."""
    rows = locked(connection, (done.lease.subscription for done in progress))
    mine = held(connection, rows, [done.lease for done in progress])
    written = [done for done in progress if done.lease in mine]
    moment = to_milliseconds(now)
    changed = [_moved(mine[done.lease], done, moment) for done in written]
    if changed:
        connection.execute(_MOVE, changed)
    over = [row["number"] for row, done in zip(changed, written, strict=True) if _is_over(row, done)]
    for some in parts(over):
        connection.execute(_DROP, {"numbers": some})
    _note_attempts(connection, mine, written)
    _note_health(connection, rows, written)
    _bury(connection, mine, written)
    return tuple(done.lease for done in progress if done.lease not in mine)


def _moved(row: Row[Any], done: Progress, moment: int) -> dict[str, Any]:
    """The row as it is afterwards; one that was set back meanwhile keeps its place."""
    if row.told != done.lease.told:
        kept = {"told": row.told, "attempts": row.attempts, "failing_since": row.failing_since}
        return {"number": row.id, **kept, "due_at": row.due_at, "turn": row.due_at}
    due = moment if row.until > done.told else None
    if done.due is not None:
        due = to_milliseconds(done.due)
    return {
        "number": row.id,
        "told": done.told,
        "attempts": done.attempts,
        "failing_since": None if done.failing_since is None else to_milliseconds(done.failing_since),
        "due_at": due,
        "turn": due,
    }


def _is_over(row: dict[str, Any], done: Progress) -> bool:
    return done.lease.only is not None and row["told"] >= done.lease.until


def _note_attempts(
    connection: Connection, mine: dict[DeliveryLease, Row[Any]], written: Sequence[Progress]
) -> None:
    tried = [
        {
            "subscription": mine[done.lease].subscription,
            "tag": mine[done.lease].tag,
            "cursor": attempt.cursor,
            "number": attempt.number,
            "at": to_milliseconds(attempt.at),
            "duration": attempt.duration // _MILLISECOND,
            "status": attempt.status,
            "reason": attempt.reason,
            "answer": attempt.answer[:ANSWER_KEPT],
        }
        for done in written
        for attempt in done.tried
    ]
    if tried:
        connection.execute(insert(attempts), tried)


def _note_health(connection: Connection, rows: dict[str, Row[Any]], written: Sequence[Progress]) -> None:
    by_name: dict[str, list[Attempt]] = {}
    for done in written:
        by_name.setdefault(done.lease.subscription, []).extend(done.tried)
    for name, tried in by_name.items():
        row = rows[name]
        successes = [to_milliseconds(attempt.at) for attempt in tried if attempt.succeeded]
        failures = [
            (to_milliseconds(attempt.at), attempt.reason) for attempt in tried if not attempt.succeeded
        ]
        last = max(failures, key=lambda each: each[0], default=(-1, ""))
        if last[0] < (row.last_failure_at or 0):
            last = (row.last_failure_at, row.last_failure)
        values = {
            "number": row.id,
            "last_success_at": max([*successes, row.last_success_at or -1]),
            "last_failure_at": last[0],
            "last_failure": last[1],
        }
        heard = {key: None if value == -1 else value for key, value in values.items()}
        if tried:
            connection.execute(_HEARD, heard)


def _bury(connection: Connection, mine: dict[DeliveryLease, Row[Any]], written: Sequence[Progress]) -> None:
    dead = [
        {
            "subscription": mine[done.lease].subscription,
            "cursor": letter.cursor,
            "tag": mine[done.lease].tag,
            "reason": letter.reason,
            "attempts": letter.attempts,
            "at": to_milliseconds(letter.at),
        }
        for done in written
        for letter in done.dead
    ]
    if dead:
        fresh = upsert(connection, dead_letters)
        again = {name: fresh.excluded[name] for name in ("reason", "attempts", "at")}
        connection.execute(
            fresh.on_conflict_do_update(index_elements=["subscription", "cursor"], set_=again), dead
        )


_MOVE = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("number"))
    .values(
        told=bindparam("told"),
        attempts=bindparam("attempts"),
        failing_since=bindparam("failing_since"),
        due_at=bindparam("due_at"),
        turn=bindparam("turn"),
        leased_until=None,
    )
)
_DROP = delete(deliveries).where(deliveries.c.id.in_(bindparam("numbers", expanding=True)))
_HEARD = update(subscriptions).where(subscriptions.c.id == bindparam("number"))
