"""The queue of repositories to list, in the database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, select, update

from tagwake.adapters.stores.engine import transaction
from tagwake.adapters.stores.host_budgets import HostBudgets
from tagwake.adapters.stores.tables import repositories
from tagwake.adapters.stores.taking_up import covered, repositories_at, take_up
from tagwake.adapters.stores.times import cut, from_milliseconds, to_milliseconds
from tagwake.adapters.stores.work_tables import lists
from tagwake.core.reference import Stream
from tagwake.ports.lease import LEASE, StaleLease
from tagwake.ports.list_queue import ListLease


@dataclass(frozen=True, slots=True)
class DatabaseListQueue:
    """The repositories of watches with globs."""

    engine: Engine
    budgets: HostBudgets

    def claim_lists(self, limit: int, *, now: datetime) -> tuple[ListLease, ...]:
        """See :meth:`tagwake.ports.list_queue.ListQueue.claim_lists`."""
        moment, until = to_milliseconds(now), cut(now) + LEASE
        with transaction(self.engine) as connection:
            due = connection.execute(_DUE, {"moment": moment, "most": 4 * limit}).all()
            buckets = self.budgets.buckets(connection, {row.host for row in due}, now)
            leases: list[ListLease] = []
            for row in due:
                bucket = buckets[row.host]
                if len(leases) < limit and bucket.room and _take(connection, row, moment, until):
                    bucket.take(1)
                    leases.append(
                        ListLease(row.registry, row.name, row.fence + 1, until, from_milliseconds(row.due_at))
                    )
            self.budgets.spend(connection, buckets.values())
            return tuple(leases)

    def renew_lists(self, leases: Sequence[ListLease], *, now: datetime) -> tuple[ListLease, ...]:
        """See :meth:`tagwake.ports.list_queue.ListQueue.renew_lists`."""
        with transaction(self.engine) as connection:
            places = [(lease.registry, lease.repository) for lease in leases]
            numbers = repositories_at(connection, places)
            lost = []
            until = to_milliseconds(now + LEASE)
            for lease in sorted(leases, key=lambda each: numbers.get((each.registry, each.repository), 0)):
                key = {"number": numbers.get((lease.registry, lease.repository)), "held_fence": lease.fence}
                if not connection.execute(_RENEW, key | {"end": until}).rowcount:
                    lost.append(lease)
            return tuple(lost)

    def record_list(
        self, lease: ListLease, tags: Collection[str] | None, *, now: datetime, next_due: datetime
    ) -> tuple[Stream, ...]:
        """See :meth:`tagwake.ports.list_queue.ListQueue.record_list`."""
        place = lease.registry, lease.repository
        with transaction(self.engine) as connection:
            numbers = repositories_at(connection, [place])
            key = {"number": numbers.get(place), "held_fence": lease.fence}
            row = connection.execute(_HELD, key).one_or_none()
            if row is None:
                raise StaleLease(
                    f"{lease.registry}/{lease.repository}: another process has taken over the listing of its tags"
                )
            is_hurried = row.due_at != to_milliseconds(lease.due_at)
            due = to_milliseconds(now if is_hurried else next_due)
            connection.execute(_WRITE, key | {"at": due})
            found = [Stream(*place, tag) for tag in sorted(tags or ())]
            return tuple(
                take_up(connection, self.budgets, numbers, covered(connection, numbers, found), now=now)
            )


def _take(connection: Connection, row: Row[Any], moment: int, until: datetime) -> bool:
    """Whether the row is ours now: another process may have been faster since it was read."""
    key = {"number": row.repository, "held_fence": row.fence, "moment": moment, "end": to_milliseconds(until)}
    return connection.execute(_TAKE, key).rowcount > 0


_DUE = (
    select(lists.c.repository, lists.c.host, lists.c.fence, lists.c.due_at)
    .add_columns(repositories.c.registry, repositories.c.name)
    .join(repositories, repositories.c.id == lists.c.repository)
    .where(lists.c.turn <= bindparam("moment"))
    .order_by(lists.c.turn)
    .limit(bindparam("most"))
)
_is_held = (
    lists.c.repository == bindparam("number"),
    lists.c.fence == bindparam("held_fence"),
    lists.c.leased_until.is_not(None),
)
_TAKE = (
    update(lists)
    .where(
        lists.c.repository == bindparam("number"),
        lists.c.fence == bindparam("held_fence"),
        lists.c.turn <= bindparam("moment"),
    )
    .values(fence=lists.c.fence + 1, leased_until=bindparam("end"), turn=bindparam("end"))
)
_RENEW = update(lists).where(*_is_held).values(leased_until=bindparam("end"), turn=bindparam("end"))
_HELD = select(lists.c.due_at).where(*_is_held).with_for_update()
_WRITE = (
    update(lists).where(*_is_held).values(due_at=bindparam("at"), turn=bindparam("at"), leased_until=None)
)
