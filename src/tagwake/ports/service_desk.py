"""What is asked of a service, or of its database: watches, imports, access, sources of hooks, subscriptions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from tagwake.core.access import Scope, Token
from tagwake.core.event import EventType
from tagwake.core.hook_source import HookSource
from tagwake.core.sighting import Sighting
from tagwake.core.subscription import Subscription
from tagwake.core.watch_pattern import WatchPattern
from tagwake.ports.history_store import ImportResult
from tagwake.ports.source_store import Parked, Refusal, SourceHealth
from tagwake.ports.subscription_store import Attempt, DeadLetter
from tagwake.ports.watch_store import Watch

Signature = Literal["hmac", "ed25519"]


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """Where a registry is to send its hooks, below the service's address; a token in it is shown once."""

    path: str = field(repr=False)
    is_new: bool


@dataclass(frozen=True, slots=True)
class SubscriptionKey:
    """What receivers verify with, shown once: a shared secret, or a public key."""

    secret: str | None = field(repr=False, default=None)
    public_key: str | None = None


@dataclass(frozen=True, slots=True)
class SubscriptionFare:
    """A subscription and how it fares (:class:`tagwake.ports.subscription_store.SubscriptionHealth`).

    :param host: of its URL; the rest is not shown, for it may hold a token.
    :param behind: tags that it is to be told of and has not been; ``failing`` of them after a failed attempt.
    :param dead: events that were given up.
    :param oldest: since when the first of those behind has been due.
    """

    name: str
    host: str
    types: frozenset[EventType]
    images: tuple[str, ...]
    excepted: tuple[str, ...]
    assigned: int
    behind: int
    failing: int
    dead: int
    oldest: datetime | None
    last_success_at: datetime | None
    last_failure_at: datetime | None
    last_failure: str
    resting_until: datetime | None
    stopped_at: datetime | None
    stopped_because: str


class ServiceDesk(Protocol):
    """The service's database of this machine, or a running service over its API.

    Everything may raise :class:`~tagwake.core.errors.UsageRefused`, where it refuses, and
    :class:`~tagwake.core.errors.StoreFailed`, where it cannot be asked.
    """

    @property
    def name(self) -> str:
        """What it is called in a sentence: ``the service https://tagwake.example``."""
        ...

    async def watch(self, patterns: Sequence[WatchPattern]) -> int:
        """Follow these; how many are new."""
        ...

    async def unwatch(self, pattern: WatchPattern) -> bool:
        """Follow this no more; whether it was followed."""
        ...

    async def watches(self) -> tuple[Watch, ...]:
        """What is followed."""
        ...

    async def import_sightings(self, sightings: Iterable[Sighting]) -> ImportResult:
        """Take over what somebody's record says."""
        ...

    async def give_token(self, name: str, scopes: Collection[Scope]) -> str:
        """A new access token, shown once."""
        ...

    async def revoke_token(self, name: str) -> bool:
        """Let a token open nothing any more; whether there was a live one."""
        ...

    async def tokens(self) -> tuple[Token, ...]:
        """All that were ever given."""
        ...

    async def add_source(self, source: HookSource) -> SourcePlace:
        """Take hooks of a source, or take over what has changed of it."""
        ...

    async def remove_source(self, kind: str, name: str) -> bool:
        """Take no hooks of it any more; whether it was there."""
        ...

    async def sources(self) -> tuple[SourceHealth, ...]:
        """How all of them fare."""
        ...

    async def refusals(self, kind: str, name: str) -> tuple[Refusal, ...]:
        """Why deliveries of a source were refused lately, newest first."""
        ...

    async def parked(self, limit: int, kind: str | None, name: str | None) -> tuple[Parked, ...]:
        """Deliveries that could not be read, newest first."""
        ...

    async def subscribe(
        self, subscription: Subscription, *, secret: str | None, after: int | None, signature: Signature
    ) -> SubscriptionKey:
        """Tell somebody of events."""
        ...

    async def unsubscribe(self, name: str) -> bool:
        """Tell somebody no more; whether it was told."""
        ...

    async def subscriptions(self) -> tuple[SubscriptionFare, ...]:
        """Who is told of what, and how that goes."""
        ...

    async def replay(self, name: str, after: int) -> bool:
        """Tell all events after this cursor again; whether the subscription is there."""
        ...

    async def stop(self, name: str, because: str) -> bool:
        """Send nothing until it is resumed; whether the subscription is there."""
        ...

    async def resume(self, name: str) -> bool:
        """Go on where it stopped; whether the subscription is there."""
        ...

    async def revive(self, name: str, cursors: Collection[int]) -> int:
        """Try dead letters again; how many of these are some."""
        ...

    async def attempts(self, name: str, limit: int) -> tuple[Attempt, ...]:
        """The requests that were made, newest first."""
        ...

    async def dead_letters(self, limit: int, name: str | None) -> tuple[DeadLetter, ...]:
        """Events that were given up, newest first."""
        ...
