"""What the in-memory twins of watches and queues share: one row a tag, a repository, a host."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from tagwake.core.budget import POLITE, Budget
from tagwake.core.claim import Claim
from tagwake.core.finding import LookState
from tagwake.core.history import Gap
from tagwake.core.reference import Stream
from tagwake.core.watch_pattern import WatchPattern
from tagwake.ports.watch_store import Watch


class Turn(IntEnum):
    """Who comes first among those that are due."""

    HINTED = 0
    PROMOTED = 1
    POLLED = 2


@dataclass(slots=True)
class TagRow:
    """A tag: when it is due, and who holds it."""

    due_at: datetime
    turn: Turn = Turn.POLLED
    is_watched: bool = True
    fence: int = 0
    leased_until: datetime | None = None
    state: LookState = field(default_factory=LookState)
    claim: Claim | None = None
    hints: int = 0
    rhythm: str = ""

    def is_held(self, now: datetime) -> bool:
        """Whether somebody holds it."""
        return self.leased_until is not None and self.leased_until > now


@dataclass(slots=True)
class ListRow:
    """A repository whose tags are listed."""

    due_at: datetime
    fence: int = 0
    leased_until: datetime | None = None

    def is_held(self, now: datetime) -> bool:
        """Whether somebody holds it."""
        return self.leased_until is not None and self.leased_until > now

    def hurry(self, now: datetime) -> None:
        """Make it due now; where somebody holds it, once more after that."""
        self.due_at = now if self.is_held(now) else min(self.due_at, now)


@dataclass(slots=True)
class HostRow:
    """A host's bucket of requests."""

    tokens: float
    filled_at: datetime
    paused_until: datetime | None = None


@dataclass(slots=True)
class Work:
    """The rows that the twins work on together.

    :param budgets: of hosts by name; ``budget`` is that of all others.
    :param gaps: may be shared with a twin of the history, which shows them.
    """

    budget: Budget = POLITE
    budgets: Mapping[str, Budget] = field(default_factory=dict)
    tags: dict[Stream, TagRow] = field(default_factory=dict)
    lists: dict[tuple[str, str], ListRow] = field(default_factory=dict)
    hosts: dict[str, HostRow] = field(default_factory=dict)
    watches: dict[WatchPattern, Watch] = field(default_factory=dict)
    gaps: dict[Stream, list[Gap]] = field(default_factory=dict)

    def covers(self, stream: Stream) -> bool:
        """Whether a watch follows the tag."""
        return any(pattern.matches(stream) for pattern in self.watches)

    def take_up(self, streams: Iterable[Stream], now: datetime) -> tuple[Stream, ...]:
        """Follow those of the tags that a watch covers and that are not followed yet; each is due now."""
        taken = []
        for stream in streams:
            row = self.tags.get(stream)
            if (row is not None and row.is_watched) or not self.covers(stream):
                continue
            if row is None:
                self.tags[stream] = TagRow(now)
            else:
                row.is_watched, row.due_at, row.turn = True, now, Turn.POLLED
            taken.append(stream)
        return tuple(taken)

    def host(self, host: str, now: datetime) -> HostRow:
        """A host's bucket, a full one where it is new."""
        return self.hosts.setdefault(host, HostRow(self.budgets.get(host, self.budget).burst, now))

    def take_budget(self, host: str, wanted: int, now: datetime) -> int:
        """Requests of a host that are granted now."""
        budget = self.budgets.get(host, self.budget)
        row = self.host(host, now)
        if row.paused_until is not None and row.paused_until > now:
            return 0
        row.tokens = budget.refilled(row.tokens, (now - row.filled_at).total_seconds())
        row.filled_at = max(row.filled_at, now)
        granted = budget.granted(row.tokens, wanted)
        row.tokens -= granted
        return granted

    def room(self, host: str) -> float:
        """The part of a host's bucket that is left, from 0 to 1."""
        burst = self.budgets.get(host, self.budget).burst
        return min(max(self.hosts[host].tokens / burst, 0.0), 1.0) if burst else 0.0

    def give_back(self, host: str, requests: int) -> None:
        """Put requests that were not made back into a host's bucket."""
        row = self.hosts[host]
        row.tokens = min(self.budgets.get(host, self.budget).burst, row.tokens + requests)
