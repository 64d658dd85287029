"""Subscriptions in the database, and how far each has been told of each tag."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, insert

from tagwake.adapters.stores import subscription_statements as sql
from tagwake.adapters.stores.dictionary import streams_of, tag_number
from tagwake.adapters.stores.engine import reading, transaction
from tagwake.adapters.stores.settling import settle_all
from tagwake.adapters.stores.subscription_rows import (
    held,
    locked,
    open_secrets,
    opened,
    seal_secrets,
    sealed,
    upsert,
)
from tagwake.adapters.stores.taking_up import parts, tag_numbers
from tagwake.adapters.stores.times import cut, from_milliseconds, to_milliseconds
from tagwake.adapters.stores.turns import optional_time
from tagwake.adapters.stores.work_tables import deliveries, subscriptions
from tagwake.core.errors import UsageRefused
from tagwake.core.reference import Stream
from tagwake.core.secret import Secret
from tagwake.core.subscription import Subscription
from tagwake.ports.lease import LEASE
from tagwake.ports.sealer import Sealer
from tagwake.ports.subscription_store import (
    Attempt,
    DeadLetter,
    DeliveryLease,
    Progress,
    SubscriptionHealth,
)


@dataclass(frozen=True, slots=True)
class DatabaseSubscriptionStore:
    """Who is told of what, and how far.

    Locks are taken in one order: subscriptions by their numbers, then rows of deliveries.
    """

    engine: Engine
    sealer: Sealer

    def add(
        self, subscription: Subscription, secrets: Sequence[Secret], *, after: int, now: datetime
    ) -> None:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.add`."""
        name = subscription.name
        row = {
            "name": name,
            **sealed(self.sealer, subscription),
            "secrets": seal_secrets(self.sealer, name, secrets),
            "added_at": to_milliseconds(now),
            "assigned": after,
            "last_failure": "",
            "stopped_because": "",
        }
        with transaction(self.engine) as connection:
            fresh = upsert(connection, subscriptions).on_conflict_do_nothing().returning(subscriptions.c.id)
            if connection.execute(fresh, row).first() is None:
                raise UsageRefused(
                    f"subscription {name}: there is one of this name; choose another or remove it"
                )

    def change(self, subscription: Subscription) -> bool:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.change`."""
        return self._update(subscription.name, sealed(self.sealer, subscription))

    def remove(self, name: str) -> bool:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.remove`."""
        with transaction(self.engine) as connection:
            row = locked(connection, [name]).get(name)
            for statement in sql.REMOVE if row is not None else ():
                connection.execute(statement, {"of": row.id if row is not None else None})
            return row is not None

    def subscriptions(self) -> tuple[Subscription, ...]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.subscriptions`."""
        with reading(self.engine) as connection:
            rows = connection.execute(sql.ALL).all()
        return tuple(opened(self.sealer, row) for row in rows)

    def secrets(self, name: str) -> tuple[Secret, ...]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.secrets`."""
        with reading(self.engine) as connection:
            found = connection.execute(sql.SECRETS, {"named": name}).scalar()
        return () if found is None else open_secrets(self.sealer, name, found)

    def set_secrets(self, name: str, secrets: Sequence[Secret]) -> bool:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.set_secrets`."""
        return self._update(name, {"secrets": seal_secrets(self.sealer, name, secrets)})

    def assigned(self) -> Mapping[str, int]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.assigned`."""
        with reading(self.engine) as connection:
            return {row.name: row.assigned for row in connection.execute(sql.ASSIGNED)}

    def assign(
        self, name: str, after: int, upto: int, behind: Mapping[Stream, int], *, now: datetime
    ) -> bool:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.assign`."""
        moment = to_milliseconds(now)
        with transaction(self.engine) as connection:
            row = locked(connection, [name]).get(name)
            if row is None or row.assigned != after:
                return False
            connection.execute(sql.SET, {"of": row.id, "assigned": upto})
            tags = tag_numbers(connection, behind)
            rows = [
                _fresh(row.id, tags.get(stream) or tag_number(connection, stream), after, cursor, moment)
                for stream, cursor in behind.items()
            ]
            if rows:
                rows.sort(key=lambda each: int(each["tag"]))
                connection.execute(sql.fall_behind(upsert(connection, deliveries)), rows)
            return True

    def claim(self, wanted: Mapping[str, int], *, now: datetime) -> tuple[DeliveryLease, ...]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.claim`."""
        moment, until = to_milliseconds(now), cut(now) + LEASE
        with transaction(self.engine) as connection:
            names = {"names": [name for name, most in wanted.items() if most > 0], "moment": moment}
            picked = [
                (subscription.name, row)
                for subscription in connection.execute(sql.AWAKE, names).all()
                for row in connection.execute(
                    sql.PICK,
                    {"of": subscription.id, "moment": moment, "most": wanted[subscription.name]},
                )
            ]
            numbers = sorted(row.id for _, row in picked)
            for some in parts(numbers):
                connection.execute(sql.LEASE, {"numbers": some, "end": to_milliseconds(until)})
            streams = streams_of(connection, (row.tag for _, row in picked))
            return tuple(_lease(name, row, streams[row.tag], until) for name, row in picked)

    def renew(self, leases: Sequence[DeliveryLease], *, now: datetime) -> tuple[DeliveryLease, ...]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.renew`."""
        with transaction(self.engine) as connection:
            rows = locked(connection, (lease.subscription for lease in leases))
            mine = held(connection, rows, leases)
            end = to_milliseconds(now + LEASE)
            for some in parts(sorted(row.id for row in mine.values())):
                connection.execute(sql.RENEW, {"numbers": some, "end": end})
            return tuple(lease for lease in leases if lease not in mine)

    def settle(self, progress: Sequence[Progress], *, now: datetime) -> tuple[DeliveryLease, ...]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.settle`."""
        with transaction(self.engine) as connection:
            return settle_all(connection, progress, now)

    def rest(self, name: str, until: datetime) -> None:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.rest`."""
        with transaction(self.engine) as connection:
            connection.execute(sql.REST, {"named": name, "end": to_milliseconds(until)})

    def stop(self, name: str, because: str, *, now: datetime) -> bool:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.stop`."""
        return self._update(name, {"stopped_at": to_milliseconds(now), "stopped_because": because})

    def resume(self, name: str, *, now: datetime) -> bool:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.resume`."""
        with transaction(self.engine) as connection:
            row = locked(connection, [name]).get(name)
            if row is None:
                return False
            awake = {"stopped_at": None, "stopped_because": "", "resting_until": None}
            connection.execute(sql.SET, {"of": row.id, **awake})
            connection.execute(sql.HURRY, {"of": row.id, "moment": to_milliseconds(now)})
            return True

    def replay(self, name: str, after: int, *, now: datetime) -> bool:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.replay`."""
        with transaction(self.engine) as connection:
            row = locked(connection, [name]).get(name)
            if row is None:
                return False
            connection.execute(sql.SET, {"of": row.id, "assigned": min(row.assigned, after)})
            connection.execute(sql.SET_BACK, {"of": row.id, "place": after, "moment": to_milliseconds(now)})
            return True

    def dead_letters(
        self, limit: int, *, name: str | None = None, before: int | None = None
    ) -> tuple[DeadLetter, ...]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.dead_letters`."""
        with reading(self.engine) as connection:
            rows = connection.execute(sql.dead_letters_of(name, before).limit(limit)).all()
            streams = streams_of(connection, (row.tag for row in rows))
            return tuple(
                DeadLetter(
                    row.name,
                    streams[row.tag],
                    row.cursor,
                    row.reason,
                    row.attempts,
                    from_milliseconds(row.at),
                )
                for row in rows
            )

    def revive(self, name: str, cursors: Collection[int], *, now: datetime) -> int:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.revive`."""
        moment = to_milliseconds(now)
        with transaction(self.engine) as connection:
            row = locked(connection, [name]).get(name)
            revived = 0
            for some in parts(sorted(set(cursors)) if row is not None else ()):
                key = {"of": row.id if row is not None else None, "cursors": some}
                letters = connection.execute(sql.LETTERS, key).all()
                connection.execute(sql.DROP_LETTERS, key)
                rows = [
                    _fresh(each.subscription, each.tag, each.cursor - 1, each.cursor, moment)
                    | {"only": each.cursor}
                    for each in letters
                ]
                if rows:
                    connection.execute(insert(deliveries), rows)
                revived += len(rows)
            return revived

    def attempts(
        self, name: str, limit: int, *, cursor: int | None = None, before: datetime | None = None
    ) -> tuple[Attempt, ...]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.attempts`."""
        moment = None if before is None else to_milliseconds(before)
        with reading(self.engine) as connection:
            rows = connection.execute(sql.attempts_of(name, cursor, moment).limit(limit)).all()
            streams = streams_of(connection, (row.tag for row in rows))
            return tuple(
                Attempt(
                    name,
                    streams[row.tag],
                    row.cursor,
                    row.number,
                    from_milliseconds(row.at),
                    timedelta(milliseconds=row.duration),
                    row.status,
                    row.reason,
                    row.answer,
                )
                for row in rows
            )

    def forget_attempts(self, before: datetime) -> int:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.forget_attempts`."""
        moment = to_milliseconds(before)
        with transaction(self.engine) as connection:
            numbers = [row.id for row in connection.execute(sql.ALL)]
            return sum(
                connection.execute(sql.FORGET, {"of": number, "moment": moment}).rowcount
                for number in numbers
            )

    def health(self) -> tuple[SubscriptionHealth, ...]:
        """See :meth:`tagwake.ports.subscription_store.SubscriptionStore.health`."""
        with reading(self.engine) as connection:
            behind = {row.subscription: row for row in connection.execute(sql.BEHIND)}
            dead = {row.subscription: row.dead for row in connection.execute(sql.DEAD)}
            return tuple(
                _health(row, behind.get(row.id), dead.get(row.id, 0)) for row in connection.execute(sql.ALL)
            )

    def _update(self, name: str, values: Mapping[str, Any]) -> bool:
        with transaction(self.engine) as connection:
            row = locked(connection, [name]).get(name)
            if row is not None:
                connection.execute(sql.SET, {"of": row.id, **values})
            return row is not None


def _fresh(subscription: int, tag: int, told: int, until: int, moment: int) -> dict[str, Any]:
    return {
        "subscription": subscription,
        "tag": tag,
        "only": 0,
        "told": told,
        "until": until,
        "turn": moment,
        "due_at": moment,
        "fence": 0,
        "attempts": 0,
    }


def _lease(name: str, row: Row[Any], stream: Stream, until: datetime) -> DeliveryLease:
    return DeliveryLease(
        name,
        stream,
        row.fence + 1,
        until,
        row.told,
        row.until,
        row.attempts,
        optional_time(row.failing_since),
        row.only or None,
    )


def _health(row: Row[Any], behind: Row[Any] | None, dead: int) -> SubscriptionHealth:
    return SubscriptionHealth(
        row.name,
        from_milliseconds(row.added_at),
        row.assigned,
        0 if behind is None else behind.behind,
        0 if behind is None else behind.failing,
        dead,
        None if behind is None else optional_time(behind.oldest),
        optional_time(row.last_success_at),
        optional_time(row.last_failure_at),
        row.last_failure,
        optional_time(row.resting_until),
        optional_time(row.stopped_at),
        row.stopped_because,
    )
