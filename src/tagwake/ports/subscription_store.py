"""Subscriptions, and how far each has been told of each tag: a (subscription, tag) behind the feed is a row that is due."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from tagwake.core.reference import Stream
from tagwake.core.secret import Secret
from tagwake.core.subscription import Subscription

ANSWER_KEPT = 1024
"""Bytes of an answer that are kept with an attempt."""


@dataclass(frozen=True, slots=True)
class DeliveryLease:
    """The right to tell a subscription of a tag, for 10 s.

    :param subscription: its name.
    :param fence: grows with every claim of the row; a holder of an older one can write nothing.
    :param told: the cursor of the last event of this tag that is settled, delivered or dead: go on after it.
    :param until: the cursor of the newest event of this tag that is known to be wanted; at rest both are equal.
    :param attempts: failed attempts for the event that is next.
    :param failing_since: the first of them, ``None`` where there is none.
    :param only: a dead letter that is to be tried again, alone; then ``told`` and ``until`` enclose just it.
    """

    subscription: str
    stream: Stream
    fence: int
    lease_until: datetime
    told: int
    until: int
    attempts: int = 0
    failing_since: datetime | None = None
    only: int | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request to a subscriber, as it went.

    :param cursor: of the event that it told.
    :param number: counts the attempts for this event, from 1.
    :param status: of the answer, ``None`` where there was none.
    :param reason: why it failed, one line; empty where it succeeded.
    :param answer: the beginning of the answer's body.
    """

    subscription: str
    stream: Stream
    cursor: int
    number: int
    at: datetime
    duration: timedelta
    status: int | None
    reason: str = ""
    answer: bytes = field(default=b"", repr=False)

    @property
    def succeeded(self) -> bool:
        """Whether the subscriber took it."""
        return not self.reason


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that was given up for a subscription, after all its attempts."""

    subscription: str
    stream: Stream
    cursor: int
    reason: str
    attempts: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """What came of a lease, and ends it.

    :param told: the cursor up to which the tag is settled now.
    :param due: when to go on; ``None`` where nothing is left up to ``lease.until``: the row rests until the feed grows.
    :param attempts: failed attempts for the event that is next now, and ``failing_since`` the first of them.
    :param tried: the requests that were made.
    :param dead: events that are given up; ``told`` has passed them.
    """

    lease: DeliveryLease
    told: int
    due: datetime | None
    attempts: int = 0
    failing_since: datetime | None = None
    tried: tuple[Attempt, ...] = ()
    dead: tuple[DeadLetter, ...] = ()


@dataclass(frozen=True, slots=True)
class SubscriptionHealth:
    """How a subscription fares.

    :param assigned: the cursor up to which the feed has been taken up for it.
    :param behind: tags that it is to be told of and has not been; ``failing`` of them after a failed attempt.
    :param oldest: since when the first of them has been due.
    :param last_success_at: the last time that it took an event; ``last_failure`` is the last reason it did not.
    :param resting_until: nothing is sent until then, because the subscriber asked for rest.
    :param stopped_at: nothing is sent at all since then, and ``stopped_because`` says why; never without a person
        who said so or an answer (410) that did.
    """

    name: str
    added_at: datetime
    assigned: int
    behind: int = 0
    failing: int = 0
    dead: int = 0
    oldest: datetime | None = None
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    last_failure: str = ""
    resting_until: datetime | None = None
    stopped_at: datetime | None = None
    stopped_because: str = ""


class SubscriptionStore(Protocol):
    """Who is told of what, and how far. Secrets are sealed; every method is one whole transaction."""

    def add(
        self, subscription: Subscription, secrets: Sequence[Secret], *, after: int, now: datetime
    ) -> None:
        """Tell somebody of the events after the cursor ``after``.

        :param secrets: what signs, the newest first; all sign while one replaces another.
        :raises UsageRefused: where the name is taken, or the secrets cannot be sealed.
        """
        ...

    def change(self, subscription: Subscription) -> bool:
        """Change where and of what it is told, from the events on that it has not taken up; whether it is there."""
        ...

    def remove(self, name: str) -> bool:
        """Tell it no more, and drop what is kept of it; whether it was there."""
        ...

    def subscriptions(self) -> tuple[Subscription, ...]:
        """All of them, by name."""
        ...

    def secrets(self, name: str) -> tuple[Secret, ...]:
        """What signs for it, the newest first; nothing for an unknown one.

        :raises UsageRefused: where no key opens them.
        """
        ...

    def set_secrets(self, name: str, secrets: Sequence[Secret]) -> bool:
        """Let these sign from now on; whether the subscription is there."""
        ...

    def assigned(self) -> Mapping[str, int]:
        """The cursor up to which each that is not stopped has taken up the feed."""
        ...

    def assign(
        self, name: str, after: int, upto: int, behind: Mapping[Stream, int], *, now: datetime
    ) -> bool:
        """Take up the feed from ``after`` to ``upto``, where no other process was faster.

        :param behind: the newest wanted cursor of each tag in between; tags at rest are due now.
        :returns: False where the subscription does not stand at ``after``; nothing is written then.
        """
        ...

    def claim(self, wanted: Mapping[str, int], *, now: datetime) -> tuple[DeliveryLease, ...]:
        """At most ``wanted[name]`` due rows of each subscription, oldest due first, taken for 10 s.

        A subscription that rests or is stopped gives none.
        """
        ...

    def renew(self, leases: Sequence[DeliveryLease], *, now: datetime) -> tuple[DeliveryLease, ...]:
        """Hold these for another 10 s; those that are lost."""
        ...

    def settle(self, progress: Sequence[Progress], *, now: datetime) -> tuple[DeliveryLease, ...]:
        """Write what came of many leases, with their attempts and dead letters, and end them.

        A row that has been set back meanwhile (:meth:`replay`) keeps its place.

        :returns: those that were stale: of them nothing is written.
        """
        ...

    def rest(self, name: str, until: datetime) -> None:
        """Send nothing until then: the subscriber asked for it (429, 503 with ``Retry-After``)."""
        ...

    def stop(self, name: str, because: str, *, now: datetime) -> bool:
        """Send nothing at all from now on, and show why; the feed is taken up when it goes on. Whether it is there."""
        ...

    def resume(self, name: str, *, now: datetime) -> bool:
        """Go on where it stopped, or before the rest is over; whether it is there."""
        ...

    def replay(self, name: str, after: int, *, now: datetime) -> bool:
        """Tell all events after this cursor again, in order per tag; whether the subscription is there."""
        ...

    def dead_letters(
        self, limit: int, *, name: str | None = None, before: int | None = None
    ) -> tuple[DeadLetter, ...]:
        """Events that were given up, newest cursor first, of cursors below ``before``."""
        ...

    def revive(self, name: str, cursors: Collection[int], *, now: datetime) -> int:
        """Try dead letters again, each alone and now; how many of these are dead letters."""
        ...

    def attempts(
        self, name: str, limit: int, *, cursor: int | None = None, before: datetime | None = None
    ) -> tuple[Attempt, ...]:
        """Requests that were made, newest first: those before a time, or for one event."""
        ...

    def forget_attempts(self, before: datetime) -> int:
        """Drop the record of requests older than this; how many."""
        ...

    def health(self) -> tuple[SubscriptionHealth, ...]:
        """How all of them fare, by name."""
        ...
