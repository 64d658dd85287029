"""The queue of looks in the database."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine

from tagwake.adapters.stores import look_statements as sql
from tagwake.adapters.stores.engine import is_away, reading, transaction
from tagwake.adapters.stores.fold import Rule, no_rule
from tagwake.adapters.stores.hints import make_due
from tagwake.adapters.stores.host_budgets import Bucket, HostBudgets
from tagwake.adapters.stores.look_rows import due_rows, lease_of, state_of, stream_of
from tagwake.adapters.stores.promoting import promote
from tagwake.adapters.stores.recording import Record, record_all
from tagwake.adapters.stores.taking_up import known_looks, parts, place_of, repositories_at
from tagwake.adapters.stores.times import cut, from_milliseconds, to_milliseconds
from tagwake.adapters.stores.together import Together
from tagwake.adapters.stores.turns import optional_time
from tagwake.core.event import Event
from tagwake.core.hint import Hint
from tagwake.core.look import Look
from tagwake.core.reference import Stream
from tagwake.ports.lease import LEASE, StaleLease
from tagwake.ports.look_queue import MAX_RHYTHM, Backlog, Lease, Sibling

_RECORDS_AT_ONCE = 64
"""How many looks are recorded in one transaction."""
_HOSTS_AT_ONCE = 32
"""How many hosts one claim locks before it asks others: processes at work at once take turns with different ones."""


@dataclass(frozen=True, slots=True)
class DatabaseLookQueue:
    """All watched tags and when each is due.

    Locks are taken in one order: a host, tags of the queue by their numbers, then what the fold takes. Where order
    cannot be kept, rows that are locked are left out.

    :param immutable: whether a rule says that a tag must not move.
    """

    engine: Engine
    budgets: HostBudgets
    immutable: Rule = no_rule
    _recording: Together[Record, tuple[Event, ...] | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_recording", Together(self._record, _RECORDS_AT_ONCE, is_away))

    def hint(self, hints: Sequence[Hint], *, now: datetime) -> int:
        """See :meth:`tagwake.ports.look_queue.LookQueue.hint`."""
        with transaction(self.engine) as connection:
            return make_due(connection, self.budgets, hints, now)

    def claim(self, limit: int, *, now: datetime, hosts: Collection[str] | None = None) -> tuple[Lease, ...]:
        """See :meth:`tagwake.ports.look_queue.LookQueue.claim`."""
        leases, is_complete = self._claim(limit, now, hosts, wait=False)
        # where others are at work on every host that has something, it is worth waiting for them, with nothing in hand
        return leases if leases or is_complete else self._claim(limit, now, hosts, wait=True)[0]

    def renew(self, leases: Sequence[Lease], *, now: datetime) -> tuple[Lease, ...]:
        """See :meth:`tagwake.ports.look_queue.LookQueue.renew`."""
        with transaction(self.engine) as connection:
            held = _held(connection, leases)
            until = to_milliseconds(now + LEASE)
            for some in parts(sorted(held.values())):
                connection.execute(sql.RENEW, {"numbers": some, "end": until})
            return tuple(lease for lease in leases if lease not in held)

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
        assert len(rhythm) <= MAX_RHYTHM
        told = self._recording(Record(lease, look, now, next_due, rhythm, promote))
        if told is None:
            raise StaleLease(
                f"{lease.stream}: another process has taken this look over; what was seen is not written"
            )
        return told

    def release(self, leases: Sequence[Lease]) -> None:
        """See :meth:`tagwake.ports.look_queue.LookQueue.release`."""
        with transaction(self.engine) as connection:
            held = _held(connection, leases)
            for some in parts(sorted(held.values())):
                connection.execute(sql.RELEASE, {"numbers": some})
            self.budgets.give_back(connection, Counter(lease.stream.registry for lease in held))

    def siblings(self, stream: Stream) -> tuple[Sibling, ...]:
        """See :meth:`tagwake.ports.look_queue.LookQueue.siblings`."""
        with reading(self.engine) as connection:
            number = repositories_at(connection, [place_of(stream)]).get(place_of(stream))
            return tuple(
                Sibling(stream_of(row), from_milliseconds(row.due_at), state_of(row), row.rhythm)
                for row in connection.execute(sql.SIBLINGS, {"number": number})
                if row.tag_name != stream.tag
            )

    def promote(self, streams: Collection[Stream], *, now: datetime) -> int:
        """See :meth:`tagwake.ports.look_queue.LookQueue.promote`."""
        with transaction(self.engine) as connection:
            return promote(connection, streams, to_milliseconds(now))

    def take_budget(self, host: str, wanted: int, *, now: datetime) -> int:
        """See :meth:`tagwake.ports.look_queue.LookQueue.take_budget`."""
        with transaction(self.engine) as connection:
            number = self.budgets.number(connection, host, now)
            return self.budgets.take(connection, number, wanted, now)

    def pause_host(self, host: str, until: datetime) -> None:
        """See :meth:`tagwake.ports.look_queue.LookQueue.pause_host`."""
        with transaction(self.engine) as connection:
            self.budgets.pause(connection, self.budgets.number(connection, host, until), until)

    def backlog(self, *, now: datetime) -> tuple[Backlog, ...]:
        """See :meth:`tagwake.ports.look_queue.LookQueue.backlog`."""
        moment = to_milliseconds(now)
        with reading(self.engine) as connection:
            return tuple(
                Backlog(
                    row.name,
                    row.due,
                    optional_time(row.oldest),
                    row.leased,
                    None if (row.paused_until or 0) <= moment else from_milliseconds(row.paused_until),
                )
                for row in connection.execute(
                    sql.BACKLOG, {"moment": moment, "horizon": to_milliseconds(now + LEASE)}
                )
            )

    def next_due(self, *, now: datetime) -> datetime | None:
        """See :meth:`tagwake.ports.look_queue.LookQueue.next_due`."""
        moment = to_milliseconds(now)
        with reading(self.engine) as connection:
            rows = connection.execute(sql.FIRSTS, {"moment": moment})
            firsts = [row.due_at for row in rows if row.due_at is not None]
            return optional_time(min(firsts, default=None))

    def _record(self, records: Sequence[Record]) -> Sequence[tuple[Event, ...] | None]:
        with transaction(self.engine) as connection:
            return record_all(connection, records, self.immutable)

    def _claim(
        self, limit: int, now: datetime, names: Collection[str] | None, *, wait: bool
    ) -> tuple[tuple[Lease, ...], bool]:
        """What can be claimed, and whether all hosts were asked that could give something."""
        moment, until = to_milliseconds(now), cut(now) + LEASE
        leases: list[Lease] = []
        is_complete = True
        with transaction(self.engine) as connection:
            waiting = _waiting(connection, moment, names)
            for some in parts(waiting, max(len(waiting), 1) if wait else _HOSTS_AT_ONCE):
                buckets = self.budgets.buckets(connection, some, now, wait=wait)
                is_complete = is_complete and len(buckets) == len(some)
                leases += _lease(connection, list(buckets.values()), limit - len(leases), moment, until)
                self.budgets.spend(connection, buckets.values())
                if len(leases) >= limit:
                    break
        return tuple(leases), is_complete


def _waiting(connection: Connection, moment: int, names: Collection[str] | None) -> list[int]:
    """Hosts that have something due and are not paused, those first that have waited longest, by their numbers."""
    rows = connection.execute(sql.WAITING, {"moment": moment})
    waiting = sorted(
        (row.turn, row.id)
        for row in rows
        if row.turn is not None and row.turn <= moment and (names is None or row.name in names)
    )
    return [number for _, number in waiting]


def _lease(
    connection: Connection, buckets: list[Bucket], limit: int, moment: int, until: datetime
) -> tuple[Lease, ...]:
    """Lease rows that are due; hosts share them evenly as long as they have any and are within their budgets."""
    leases: list[Lease] = []
    buckets = [bucket for bucket in buckets if bucket.room]
    while buckets and len(leases) < limit:
        shares = _shares(buckets, limit - len(leases))
        rows = due_rows(connection, shares, moment)
        for some in parts(sorted(row.tag for row in rows)):
            connection.execute(sql.LEASE, {"numbers": some, "end": to_milliseconds(until)})
        taken = Counter(row.host for row in rows)
        for bucket in buckets:
            bucket.take(taken[bucket.host])
        left = {bucket.host: bucket.left for bucket in buckets}
        leases += [lease_of(row, row.fence + 1, until, left[row.host]) for row in rows]
        buckets = [each for each in buckets if each.room and taken[each.host] == shares.get(each.host)]
    return tuple(leases)


def _shares(buckets: Sequence[Bucket], wanted: int) -> dict[int, int]:
    """How many rows each host gives, by its number."""
    share = -(-wanted // len(buckets))
    shares = {}
    for bucket in buckets:
        if wanted > 0:
            shares[bucket.host] = min(share, bucket.room, wanted)
            wanted -= shares[bucket.host]
    return shares


def _held(connection: Connection, leases: Sequence[Lease]) -> dict[Lease, int]:
    """Those that still hold their rows, which are locked now, and the numbers of these."""
    numbers = repositories_at(connection, [place_of(lease.stream) for lease in leases])
    known = known_looks(connection, numbers, [lease.stream for lease in leases])
    fences: dict[int, int] = {}
    for some in parts(sorted(number for number, _ in known.values())):
        fences |= {row.tag: row.fence for row in connection.execute(sql.FENCES, {"numbers": some})}
    return {
        lease: known[lease.stream][0]
        for lease in leases
        if lease.stream in known and fences.get(known[lease.stream][0]) == lease.fence
    }
