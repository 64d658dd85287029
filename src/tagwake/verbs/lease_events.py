"""The events to tell under leases, read from the feed with few questions."""

from collections.abc import Sequence
from dataclasses import dataclass

from tagwake.core.event import Event
from tagwake.core.reference import Stream
from tagwake.ports.feed import Feed
from tagwake.ports.subscription_store import DeliveryLease

PIECE = 20
"""Events of a tag that are told under one lease; then others have their turn."""
_SPAN = 20
"""Rows of the feed that are read for each lease, at most, where they are read in one go."""


@dataclass(frozen=True, slots=True)
class LeaseEvents:
    """What is told under a lease, in order; ``are_all`` says that there is no more up to ``lease.until``."""

    events: tuple[Event, ...]
    are_all: bool

    @classmethod
    def of(cls, lease: DeliveryLease, found: Sequence[Event]) -> "LeaseEvents":
        """Those of a tag's events that belong to the lease."""
        wanted = tuple(event for event in found if lease.told < event.cursor <= lease.until)
        return cls(wanted[:PIECE], len(wanted) < PIECE)


def lease_events(feed: Feed, leases: Sequence[DeliveryLease]) -> tuple[LeaseEvents, ...]:
    """The events of each lease: what is new comes from one piece of the feed, what is older from each tag's own."""
    start = _start_of_new(leases)
    new: dict[Stream, list[Event]] = {}
    last = max((lease.until for lease in leases if lease.told >= start), default=start)
    if last > start:
        for event in feed.events(start, last - start):
            new.setdefault(event.stream, []).append(event)
    old = [(lease.stream, lease.told) for lease in leases if lease.told < start]
    rest = iter(feed.next_events(old, PIECE) if old else ())
    return tuple(
        LeaseEvents.of(lease, new.get(lease.stream, ()) if lease.told >= start else next(rest))
        for lease in leases
    )


def _start_of_new(leases: Sequence[DeliveryLease]) -> int:
    """The cursor after which the feed is read in one go: as early as its rows are worth it."""
    newest_first = sorted(leases, key=lambda lease: lease.told, reverse=True)
    start = last = newest_first[0].until if newest_first else 0
    for count, lease in enumerate(newest_first, 1):
        last = max(last, lease.until)
        if last - lease.told <= _SPAN * count:
            start = lease.told
    return start
