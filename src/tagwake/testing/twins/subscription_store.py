"""An in-memory twin of the port SubscriptionStore."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tagwake.core.errors import UsageRefused
from tagwake.core.reference import Stream
from tagwake.core.secret import Secret
from tagwake.core.subscription import Subscription
from tagwake.ports.lease import LEASE
from tagwake.ports.subscription_store import (
    ANSWER_KEPT,
    Attempt,
    DeadLetter,
    DeliveryLease,
    Progress,
    SubscriptionHealth,
)

Place = tuple[Stream, int | None]
"""A tag's own row, or that of one dead letter of it that is tried again."""


@dataclass(slots=True)
class _Row:
    told: int
    until: int
    due_at: datetime | None
    fence: int = 0
    leased_until: datetime | None = None
    attempts: int = 0
    failing_since: datetime | None = None

    def is_held(self, now: datetime) -> bool:
        return self.leased_until is not None and self.leased_until > now


@dataclass(slots=True)
class _Entry:
    subscription: Subscription
    secrets: tuple[Secret, ...]
    health: SubscriptionHealth
    rows: dict[Place, _Row] = field(default_factory=dict)
    dead: dict[int, DeadLetter] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)


@dataclass(slots=True)
class SubscriptionStoreTwin:
    """Subscriptions in a table."""

    entries: dict[str, _Entry] = field(default_factory=dict)

    def add(
        self, subscription: Subscription, secrets: Sequence[Secret], *, after: int, now: datetime
    ) -> None:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.add`."""
        name = subscription.name
        if name in self.entries:
            raise UsageRefused(f"subscription {name}: there is one of this name; choose another or remove it")
        self.entries[name] = _Entry(subscription, tuple(secrets), SubscriptionHealth(name, now, after))

    def change(self, subscription: Subscription) -> bool:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.change`."""
        entry = self.entries.get(subscription.name)
        if entry is not None:
            entry.subscription = subscription
        return entry is not None

    def remove(self, name: str) -> bool:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.remove`."""
        return self.entries.pop(name, None) is not None

    def subscriptions(self) -> tuple[Subscription, ...]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.subscriptions`."""
        return tuple(self.entries[name].subscription for name in sorted(self.entries))

    def secrets(self, name: str) -> tuple[Secret, ...]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.secrets`."""
        entry = self.entries.get(name)
        return () if entry is None else entry.secrets

    def set_secrets(self, name: str, secrets: Sequence[Secret]) -> bool:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.set_secrets`."""
        entry = self.entries.get(name)
        if entry is not None:
            entry.secrets = tuple(secrets)
        return entry is not None

    def assigned(self) -> Mapping[str, int]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.assigned`."""
        return {
            name: entry.health.assigned
            for name, entry in sorted(self.entries.items())
            if entry.health.stopped_at is None
        }

    def assign(
        self, name: str, after: int, upto: int, behind: Mapping[Stream, int], *, now: datetime
    ) -> bool:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.assign`."""
        entry = self.entries.get(name)
        if entry is None or entry.health.assigned != after:
            return False
        entry.health = replace(entry.health, assigned=upto)
        for stream, cursor in behind.items():
            row = entry.rows.setdefault((stream, None), _Row(after, after, None))
            row.until = max(row.until, cursor)
            if row.due_at is None:
                row.due_at = now
        return True

    def claim(self, wanted: Mapping[str, int], *, now: datetime) -> tuple[DeliveryLease, ...]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.claim`."""
        leases: list[DeliveryLease] = []
        for name, limit in sorted(wanted.items()):
            entry = self.entries.get(name)
            if entry is None or entry.health.stopped_at is not None:
                continue
            if entry.health.resting_until is not None and entry.health.resting_until > now:
                continue
            due = [
                (row.due_at, str(stream), only or 0, (stream, only))
                for (stream, only), row in entry.rows.items()
                if row.due_at is not None and row.due_at <= now and not row.is_held(now)
            ]
            for *_, place in sorted(due, key=lambda item: item[:3])[:limit]:
                leases.append(_lease(name, place, entry.rows[place], now))
        return tuple(leases)

    def renew(self, leases: Sequence[DeliveryLease], *, now: datetime) -> tuple[DeliveryLease, ...]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.renew`."""
        lost = []
        for lease in leases:
            row = self._held(lease)
            if row is None:
                lost.append(lease)
            else:
                row.leased_until = now + LEASE
        return tuple(lost)

    def settle(self, progress: Sequence[Progress], *, now: datetime) -> tuple[DeliveryLease, ...]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.settle`."""
        stale = []
        for done in progress:
            row = self._held(done.lease)
            if row is None:
                stale.append(done.lease)
            else:
                self._settle(done, row, now)
        return tuple(stale)

    def rest(self, name: str, until: datetime) -> None:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.rest`."""
        if entry := self.entries.get(name):
            latest = max(until, entry.health.resting_until or until)
            entry.health = replace(entry.health, resting_until=latest)

    def stop(self, name: str, because: str, *, now: datetime) -> bool:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.stop`."""
        entry = self.entries.get(name)
        if entry is not None:
            entry.health = replace(entry.health, stopped_at=now, stopped_because=because)
        return entry is not None

    def resume(self, name: str, *, now: datetime) -> bool:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.resume`."""
        entry = self.entries.get(name)
        if entry is None:
            return False
        entry.health = replace(entry.health, stopped_at=None, stopped_because="", resting_until=None)
        for row in entry.rows.values():
            if row.due_at is not None and not row.is_held(now):
                row.due_at = min(row.due_at, now)
        return True

    def replay(self, name: str, after: int, *, now: datetime) -> bool:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.replay`."""
        entry = self.entries.get(name)
        if entry is None:
            return False
        entry.health = replace(entry.health, assigned=min(entry.health.assigned, after))
        for (_, only), row in entry.rows.items():
            if only is None and row.told > after:
                row.told, row.attempts, row.failing_since = after, 0, None
                if row.due_at is not None:
                    row.due_at = min(row.due_at, now)
        return True

    def dead_letters(
        self, limit: int, *, name: str | None = None, before: int | None = None
    ) -> tuple[DeadLetter, ...]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.dead_letters`."""
        found = [
            letter
            for entry in self.entries.values()
            for letter in entry.dead.values()
            if name in (None, letter.subscription)
            if before is None or letter.cursor < before
        ]
        return tuple(sorted(found, key=lambda letter: (-letter.cursor, letter.subscription))[:limit])

    def revive(self, name: str, cursors: Collection[int], *, now: datetime) -> int:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.revive`."""
        entry = self.entries.get(name)
        revived = 0
        for cursor in sorted(set(cursors)):
            letter = entry.dead.pop(cursor, None) if entry is not None else None
            if entry is not None and letter is not None:
                entry.rows[letter.stream, cursor] = _Row(cursor - 1, cursor, now)
                revived += 1
        return revived

    def attempts(
        self, name: str, limit: int, *, cursor: int | None = None, before: datetime | None = None
    ) -> tuple[Attempt, ...]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.attempts`."""
        entry = self.entries.get(name)
        found = [
            (attempt.at, place, attempt)
            for place, attempt in enumerate(() if entry is None else entry.attempts)
            if cursor in (None, attempt.cursor)
            if before is None or attempt.at < before
        ]
        return tuple(
            attempt for *_, attempt in sorted(found, key=lambda item: item[:2], reverse=True)[:limit]
        )

    def forget_attempts(self, before: datetime) -> int:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.forget_attempts`."""
        forgotten = 0
        for entry in self.entries.values():
            kept = [attempt for attempt in entry.attempts if attempt.at >= before]
            forgotten += len(entry.attempts) - len(kept)
            entry.attempts = kept
        return forgotten

    def health(self) -> tuple[SubscriptionHealth, ...]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.health`."""
        return tuple(_health(self.entries[name]) for name in sorted(self.entries))

    def _held(self, lease: DeliveryLease) -> _Row | None:
        entry = self.entries.get(lease.subscription)
        row = None if entry is None else entry.rows.get((lease.stream, lease.only))
        return row if row is not None and row.fence == lease.fence and row.leased_until else None

    def _settle(self, done: Progress, row: _Row, now: datetime) -> None:
        entry = self.entries[done.lease.subscription]
        row.leased_until = None
        if row.told == done.lease.told:  # else it was set back meanwhile
            row.told, row.attempts, row.failing_since = done.told, done.attempts, done.failing_since
            row.due_at = done.due if done.due is not None or row.until <= done.told else now
        if done.lease.only is not None and row.told >= row.until:
            del entry.rows[done.lease.stream, done.lease.only]
        for attempt in done.tried:
            entry.attempts.append(replace(attempt, answer=attempt.answer[:ANSWER_KEPT]))
            entry.health = _heard(entry.health, attempt)
        entry.dead |= {letter.cursor: letter for letter in done.dead}


def _lease(name: str, place: Place, row: _Row, now: datetime) -> DeliveryLease:
    row.fence += 1
    row.leased_until = now + LEASE
    stream, only = place
    return DeliveryLease(
        name,
        stream,
        row.fence,
        row.leased_until,
        row.told,
        row.until,
        row.attempts,
        row.failing_since,
        only,
    )


def _heard(health: SubscriptionHealth, attempt: Attempt) -> SubscriptionHealth:
    if attempt.succeeded:
        return replace(health, last_success_at=max(attempt.at, health.last_success_at or attempt.at))
    if health.last_failure_at is not None and attempt.at < health.last_failure_at:
        return health
    return replace(health, last_failure_at=attempt.at, last_failure=attempt.reason)


def _health(entry: _Entry) -> SubscriptionHealth:
    behind = [row for row in entry.rows.values() if row.due_at is not None]
    return replace(
        entry.health,
        behind=len(behind),
        failing=sum(row.attempts > 0 for row in behind),
        dead=len(entry.dead),
        oldest=min((row.due_at for row in behind if row.due_at is not None), default=None),
    )
