"""Tags that are due: a row a tag is the queue, claimed under leases, and no look is ever lost or done by two."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tagwake.core.claim import Claim
from tagwake.core.event import Event
from tagwake.core.finding import POLL, LookState
from tagwake.core.hint import Hint
from tagwake.core.look import Look
from tagwake.core.reference import Stream

MAX_RHYTHM = 2000
"""Characters of a schedule's notes on one tag."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to look at a tag, for 10 s; it comes with one request of the budget of the tag's host.

    :param fence: grows with every claim of the row; a holder of an older one can write nothing.
    :param until: when it runs out, unless it is renewed.
    :param due_at: since when the look has been due.
    :param state: what the looks before have left; ``state.etag`` makes the look conditional.
    :param claim: what the hint said that asked for the look, ``None`` where it is a poll.
    :param hints: counts the hints so far; one that comes while the look is under way makes the tag due again.
    :param rhythm: what the schedule noted at the last look, in its own writing; empty at first.
    :param room: the part of the host's burst of requests that was left after the claim, from 0 to 1.
    """

    stream: Stream
    fence: int
    until: datetime
    due_at: datetime
    state: LookState
    claim: Claim | None = None
    hints: int = 0
    rhythm: str = ""
    room: float = field(default=1.0, compare=False)

    @property
    def how(self) -> str:
        """What a sighting says of the look (``Sighting.how``): ``poll`` or ``hook:<kind>``."""
        return POLL if self.claim is None else self.claim.how


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another watched tag of the repository, as its own last look left it."""

    stream: Stream
    due_at: datetime
    state: LookState
    rhythm: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is due at one host.

    :param due: rows that are due and that nobody holds.
    :param oldest: since when the first of them has been due, ``None`` where there is none.
    :param leased: rows that somebody holds.
    :param paused_until: the host has asked to be left alone until then; ``None`` where it has not.
    """

    host: str
    due: int
    oldest: datetime | None
    leased: int
    paused_until: datetime | None


class LookQueue(Protocol):
    """All watched tags and when each is to be looked at. Every method is one whole transaction.

    What a hint asked for comes before what a moved sibling asked for, and that before what is merely due.
    """

    def hint(self, hints: Sequence[Hint], *, now: datetime) -> int:
        """Make what is hinted at due now, and remember what is claimed; it is committed when this returns.

        A tag that was not known but fits a watch is taken up; a whole repository means all its watched tags, and its
        list of tags. A hint while a look is under way makes the tag due again after it. What no watch covers is left
        alone.

        :returns: how many tags are due by it.
        """
        ...

    def claim(self, limit: int, *, now: datetime, hosts: Collection[str] | None = None) -> tuple[Lease, ...]:
        """At most ``limit`` tags that are due, each with one request of its host's budget, taken for 10 s.

        Hosts share the claim evenly; one that is paused, or whose budget is used up, gives nothing.

        :param hosts: only these; all, where it is ``None``.
        """
        ...

    def renew(self, leases: Sequence[Lease], *, now: datetime) -> tuple[Lease, ...]:
        """Hold these for another 10 s.

        :returns: those that are lost, because they had run out and were claimed again: drop what is under way.
        """
        ...

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
        """Write what a look told, and end the lease: check the fence, fold, append events and set the next time.

        A 404 that is not confirmed yet makes the tag due again a minute after the first
        (:mod:`tagwake.core.absence`); a look that told nothing folds nothing. A look that comes late leaves a gap.

        :param next_due: when to look again, by the schedule.
        :param rhythm: what the schedule notes of the tag.
        :param promote: siblings that are due now too, because this tag has moved.
        :returns: what was told by it.
        :raises tagwake.ports.lease.StaleLease: where another holds the row; nothing is written.
        """
        ...

    def release(self, leases: Sequence[Lease]) -> None:
        """Give back what was not looked at, its requests too: it is due as before. Stale ones are left alone."""
        ...

    def siblings(self, stream: Stream) -> tuple[Sibling, ...]:
        """The other watched tags of the repository, by name."""
        ...

    def promote(self, streams: Collection[Stream], *, now: datetime) -> int:
        """Make watched tags due now that are not; how many."""
        ...

    def take_budget(self, host: str, wanted: int, *, now: datetime) -> int:
        """Take requests that no lease comes with (lists of tags, second attempts); how many are granted now."""
        ...

    def pause_host(self, host: str, until: datetime) -> None:
        """Claim nothing of a host until then (429); a pause is never shortened."""
        ...

    def backlog(self, *, now: datetime) -> tuple[Backlog, ...]:
        """What is due, host by host."""
        ...

    def next_due(self, *, now: datetime) -> datetime | None:
        """When the next row of a host that is not paused is due; ``None`` where nothing is watched."""
        ...
