"""An in-memory twin of the port ListQueue."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tagwake.core.reference import Stream
from tagwake.ports.lease import LEASE, StaleLease
from tagwake.ports.list_queue import ListLease
from tagwake.testing.twins.work import ListRow, Work


@dataclass(slots=True)
class ListQueueTwin:
    """The repositories to list in a table."""

    work: Work = field(default_factory=Work)

    def claim_lists(self, limit: int, *, now: datetime) -> tuple[ListLease, ...]:
        """See :meth:`tagwake.ports.list_queue.ListQueue.claim_lists`."""
        due = sorted(
            (row.due_at, place)
            for place, row in self.work.lists.items()
            if row.due_at <= now and not row.is_held(now)
        )
        leases: list[ListLease] = []
        for _, place in due:
            if len(leases) < limit and self.work.take_budget(place[0], 1, now):
                row = self.work.lists[place]
                row.fence += 1
                row.leased_until = now + LEASE
                leases.append(ListLease(*place, row.fence, row.leased_until, row.due_at))
        return tuple(leases)

    def renew_lists(self, leases: Sequence[ListLease], *, now: datetime) -> tuple[ListLease, ...]:
        """See :meth:`tagwake.ports.list_queue.ListQueue.renew_lists`."""
        lost = []
        for lease in leases:
            row = self._held(lease)
            if row is None:
                lost.append(lease)
            else:
                row.leased_until = now + LEASE
        return tuple(lost)

    def record_list(
        self, lease: ListLease, tags: Collection[str] | None, *, now: datetime, next_due: datetime
    ) -> tuple[Stream, ...]:
        """See :meth:`tagwake.ports.list_queue.ListQueue.record_list`."""
        row = self._held(lease)
        if row is None:
            raise StaleLease(
                f"{lease.registry}/{lease.repository}: another process has taken over the listing of its tags"
            )
        # a hint that came meanwhile has moved the time that it was due at
        row.due_at = next_due if row.due_at == lease.due_at else now
        row.leased_until = None
        return self.work.take_up(
            [Stream(lease.registry, lease.repository, tag) for tag in sorted(tags or ())], now
        )

    def _held(self, lease: ListLease) -> ListRow | None:
        row = self.work.lists.get((lease.registry, lease.repository))
        return row if row is not None and row.fence == lease.fence and row.leased_until else None
