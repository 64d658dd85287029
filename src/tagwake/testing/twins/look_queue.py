"""An in-memory twin of the port LookQueue, over a twin of the history."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle

from tagwake.core.claim import Claim, newer
from tagwake.core.event import Event
from tagwake.core.finding import finding_of
from tagwake.core.hint import Hint
from tagwake.core.look import Look
from tagwake.core.reference import Stream
from tagwake.ports.history_store import HistoryStore
from tagwake.ports.lease import LEASE, StaleLease
from tagwake.ports.look_queue import Backlog, Lease, Sibling
from tagwake.testing.twins.work import TagRow, Turn, Work


@dataclass(slots=True)
class LookQueueTwin:
    """The queue in a table.

    :param history: takes the sightings.
    """

    work: Work
    history: HistoryStore

    def hint(self, hints: Sequence[Hint], *, now: datetime) -> int:
        """See :meth:`tagwake.ports.look_queue.LookQueue.hint`."""
        due: set[Stream] = set()
        for hint in hints:
            if hint.stream is not None:
                self.work.take_up([hint.stream], now)
            elif (hint.registry, hint.repository) in self.work.lists:
                self.work.lists[hint.registry, hint.repository].hurry(now)
            for stream, row in self.work.tags.items():
                if row.is_watched and _means(hint, stream):
                    row.claim = newer(row.claim, Claim.of(hint))
                    row.hints += 1
                    if not row.is_held(now):
                        row.turn, row.due_at = Turn.HINTED, min(row.due_at, now)
                    due.add(stream)
        return len(due)

    def claim(self, limit: int, *, now: datetime, hosts: Collection[str] | None = None) -> tuple[Lease, ...]:
        """See :meth:`tagwake.ports.look_queue.LookQueue.claim`."""
        due = {
            host: found
            for host in sorted({stream.registry for stream in self.work.tags})
            if (hosts is None or host in hosts) and (found := self._due(host, now))
        }
        leases: list[Lease] = []
        for host in cycle(sorted(due)):
            if len(leases) >= limit or not any(due.values()):
                break
            if due[host] and not self.work.take_budget(host, 1, now):
                due[host] = []
            if due[host]:
                leases.append(self._lease(due[host].pop(0), now))
        return tuple(leases)

    def renew(self, leases: Sequence[Lease], *, now: datetime) -> tuple[Lease, ...]:
        """See :meth:`tagwake.ports.look_queue.LookQueue.renew`."""
        lost = []
        for lease in leases:
            row = self._held(lease)
            if row is None:
                lost.append(lease)
            else:
                row.leased_until = now + LEASE
        return tuple(lost)

    def record(
        self,
        lease: Lease,
        look: Look,
        *,
        now: datetime,
        next_due: datetime,
        rhythm: str = "",
        promote: Collection[Stream] = (),
    ) -> tuple[Event, ...]:
        """See :meth:`tagwake.ports.look_queue.LookQueue.record`."""
        row = self._held(lease)
        if row is None:
            raise StaleLease(
                f"{lease.stream}: another process has taken this look over; what it saw is not written"
            )
        finding = finding_of(lease.stream, look, row.state, lease.claim, now=now, next_due=next_due)
        told = () if finding.sighting is None else self.history.record(finding.sighting, now=now)
        row.state, row.rhythm, row.leased_until = finding.state, rhythm, None
        if finding.gap is not None:
            self.work.gaps.setdefault(lease.stream, []).append(finding.gap)
        row.turn, row.due_at = Turn.POLLED, finding.next_due
        if row.hints > lease.hints:
            row.turn, row.due_at = Turn.HINTED, now
        elif finding.sighting is not None:
            row.claim = None
        self.promote([stream for stream in promote if stream != lease.stream], now=now)
        return told

    def release(self, leases: Sequence[Lease]) -> None:
        """See :meth:`tagwake.ports.look_queue.LookQueue.release`."""
        for lease in leases:
            row = self._held(lease)
            if row is not None:
                row.leased_until = None
                self.work.give_back(lease.stream.registry, 1)

    def siblings(self, stream: Stream) -> tuple[Sibling, ...]:
        """See :meth:`tagwake.ports.look_queue.LookQueue.siblings`."""
        return tuple(
            Sibling(other, row.due_at, row.state, row.rhythm)
            for other, row in sorted(self.work.tags.items(), key=lambda item: item[0].tag)
            if row.is_watched and other != stream
            if (other.registry, other.repository) == (stream.registry, stream.repository)
        )

    def promote(self, streams: Collection[Stream], *, now: datetime) -> int:
        """See :meth:`tagwake.ports.look_queue.LookQueue.promote`."""
        promoted = 0
        for stream in streams:
            row = self.work.tags.get(stream)
            if row is not None and row.is_watched and not row.is_held(now) and row.due_at > now:
                row.turn, row.due_at = Turn.PROMOTED, now
                promoted += 1
        return promoted

    def take_budget(self, host: str, wanted: int, *, now: datetime) -> int:
        """See :meth:`tagwake.ports.look_queue.LookQueue.take_budget`."""
        return self.work.take_budget(host, wanted, now)

    def pause_host(self, host: str, until: datetime) -> None:
        """See :meth:`tagwake.ports.look_queue.LookQueue.pause_host`."""
        row = self.work.host(host, until)
        row.paused_until = until if row.paused_until is None else max(row.paused_until, until)

    def backlog(self, *, now: datetime) -> tuple[Backlog, ...]:
        """See :meth:`tagwake.ports.look_queue.LookQueue.backlog`."""
        found = []
        for host in sorted({stream.registry for stream, row in self.work.tags.items() if row.is_watched}):
            rows = [
                row for stream, row in self.work.tags.items() if row.is_watched and stream.registry == host
            ]
            due = [row.due_at for row in rows if not row.is_held(now) and row.due_at <= now]
            found.append(
                Backlog(
                    host,
                    len(due),
                    min(due, default=None),
                    sum(row.is_held(now) for row in rows),
                    self._paused(host, now),
                )
            )
        return tuple(found)

    def next_due(self, *, now: datetime) -> datetime | None:
        """See :meth:`tagwake.ports.look_queue.LookQueue.next_due`."""
        return min(
            (
                row.leased_until if row.is_held(now) and row.leased_until else row.due_at
                for stream, row in self.work.tags.items()
                if row.is_watched and not self._paused(stream.registry, now)
            ),
            default=None,
        )

    def _due(self, host: str, now: datetime) -> list[Stream]:
        found = [
            (row.turn, row.due_at, str(stream), stream)
            for stream, row in self.work.tags.items()
            if stream.registry == host and row.is_watched and not row.is_held(now) and row.due_at <= now
        ]
        return [stream for *_, stream in sorted(found, key=lambda item: item[:3])]

    def _lease(self, stream: Stream, now: datetime) -> Lease:
        row = self.work.tags[stream]
        row.fence += 1
        row.leased_until = now + LEASE
        return Lease(
            stream,
            row.fence,
            row.leased_until,
            row.due_at,
            row.state,
            row.claim,
            row.hints,
            row.rhythm,
            self.work.room(stream.registry),
        )

    def _held(self, lease: Lease) -> TagRow | None:
        row = self.work.tags.get(lease.stream)
        return row if row is not None and row.fence == lease.fence and row.leased_until else None

    def _paused(self, host: str, now: datetime) -> datetime | None:
        row = self.work.hosts.get(host)
        return row.paused_until if row and row.paused_until and row.paused_until > now else None


def _means(hint: Hint, stream: Stream) -> bool:
    if (hint.registry, hint.repository) != (stream.registry, stream.repository):
        return False
    return hint.tag is None or hint.tag == stream.tag
