"""The service's own database as a desk: what the service would do when asked over its API."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from tagwake.core.access import Scope, Token
from tagwake.core.hook_source import HookSource
from tagwake.core.sighting import Sighting
from tagwake.core.subscription import Subscription
from tagwake.core.watch_pattern import WatchPattern
from tagwake.formats.standard_webhooks import public_key_of
from tagwake.ports.feed import Feed
from tagwake.ports.history_store import HistoryStore, ImportResult
from tagwake.ports.service_desk import Signature, SourcePlace, SubscriptionFare, SubscriptionKey
from tagwake.ports.source_store import Parked, Refusal, SourceHealth, SourceStore
from tagwake.ports.subscription_store import Attempt, DeadLetter, SubscriptionHealth, SubscriptionStore
from tagwake.ports.token_store import TokenStore
from tagwake.ports.watch_store import Watch, WatchStore
from tagwake.verbs.source import add_source, hook_path
from tagwake.verbs.subscription import add_subscription, signing_key
from tagwake.verbs.token import give_token

_ASYMMETRIC = "whsk_"


class StoreDesk:
    """Works on stores of one database (:class:`tagwake.ports.service_desk.ServiceDesk`).

    :param by: who adds watches.
    :param random_bytes: so many of them, fit for keys.
    """

    name = "the database of this machine"

    def __init__(
        self,
        *,
        history: HistoryStore,
        feed: Feed,
        watches: WatchStore,
        sources: SourceStore,
        subscriptions: SubscriptionStore,
        tokens: TokenStore,
        by: str,
        now: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._history = history
        self._feed = feed
        self._watches = watches
        self._sources = sources
        self._subscriptions = subscriptions
        self._tokens = tokens
        self._by = by
        self._now = now
        self._random_bytes = random_bytes

    async def watch(self, patterns: Sequence[WatchPattern]) -> int:
        """Follow these; how many are new."""
        return self._watches.watch(patterns, by=self._by, now=self._now())

    async def unwatch(self, pattern: WatchPattern) -> bool:
        """Follow this no more; whether it was followed."""
        return self._watches.unwatch(pattern)

    async def watches(self) -> tuple[Watch, ...]:
        """What is followed."""
        return self._watches.watches()

    async def import_sightings(self, sightings: Iterable[Sighting]) -> ImportResult:
        """Take over what somebody's record says."""
        return self._history.import_sightings(sightings, now=self._now())

    async def give_token(self, name: str, scopes: Collection[Scope]) -> str:
        """A new access token, shown once."""
        return give_token(self._tokens, name, scopes, random_bytes=self._random_bytes, now=self._now())

    async def revoke_token(self, name: str) -> bool:
        """Let a token open nothing any more; whether there was a live one."""
        return self._tokens.revoke(name, now=self._now())

    async def tokens(self) -> tuple[Token, ...]:
        """All that were ever given."""
        return self._tokens.tokens()

    async def add_source(self, source: HookSource) -> SourcePlace:
        """Take hooks of a source, or take over what has changed of it."""
        added = add_source(self._sources, source, random_bytes=self._random_bytes, now=self._now())
        return SourcePlace(hook_path(added.source), added.is_new)

    async def remove_source(self, kind: str, name: str) -> bool:
        """Take no hooks of it any more; whether it was there."""
        return self._sources.remove(kind, name)

    async def sources(self) -> tuple[SourceHealth, ...]:
        """How all of them fare."""
        return self._sources.health()

    async def refusals(self, kind: str, name: str) -> tuple[Refusal, ...]:
        """Why deliveries of a source were refused lately, newest first."""
        return self._sources.refusals(kind, name)

    async def parked(self, limit: int, kind: str | None, name: str | None) -> tuple[Parked, ...]:
        """Deliveries that could not be read, newest first."""
        return self._sources.parked(limit, kind=kind, name=name)

    async def subscribe(
        self, subscription: Subscription, *, secret: str | None, after: int | None, signature: Signature
    ) -> SubscriptionKey:
        """Tell somebody of events."""
        if secret is None and signature == "ed25519":
            secret = signing_key(random_bytes=self._random_bytes)
        made = add_subscription(
            self._subscriptions,
            self._feed,
            subscription,
            secret=secret,
            after=after,
            random_bytes=self._random_bytes,
            now=self._now(),
        )
        if made.startswith(_ASYMMETRIC):
            return SubscriptionKey(public_key=public_key_of(made))
        return SubscriptionKey(made)

    async def unsubscribe(self, name: str) -> bool:
        """Tell somebody no more; whether it was told."""
        return self._subscriptions.remove(name)

    async def subscriptions(self) -> tuple[SubscriptionFare, ...]:
        """Who is told of what, and how that goes."""
        healths = {health.name: health for health in self._subscriptions.health()}
        return tuple(
            _fare(each, healths[each.name])
            for each in self._subscriptions.subscriptions()
            if each.name in healths
        )

    async def replay(self, name: str, after: int) -> bool:
        """Tell all events after this cursor again; whether the subscription is there."""
        return self._subscriptions.replay(name, after, now=self._now())

    async def stop(self, name: str, because: str) -> bool:
        """Send nothing until it is resumed; whether the subscription is there."""
        return self._subscriptions.stop(name, because, now=self._now())

    async def resume(self, name: str) -> bool:
        """Go on where it stopped; whether the subscription is there."""
        return self._subscriptions.resume(name, now=self._now())

    async def revive(self, name: str, cursors: Collection[int]) -> int:
        """Try dead letters again; how many of these are some."""
        return self._subscriptions.revive(name, cursors, now=self._now())

    async def attempts(self, name: str, limit: int) -> tuple[Attempt, ...]:
        """The requests that were made, newest first."""
        return self._subscriptions.attempts(name, limit)

    async def dead_letters(self, limit: int, name: str | None) -> tuple[DeadLetter, ...]:
        """Events that were given up, newest first."""
        return self._subscriptions.dead_letters(limit, name=name)


def _fare(subscription: Subscription, health: SubscriptionHealth) -> SubscriptionFare:
    return SubscriptionFare(
        name=subscription.name,
        host=urlsplit(subscription.url).hostname or "",
        types=subscription.types,
        images=tuple(map(str, subscription.images)),
        excepted=tuple(map(str, subscription.excepted)),
        assigned=health.assigned,
        behind=health.behind,
        failing=health.failing,
        dead=health.dead,
        oldest=health.oldest,
        last_success_at=health.last_success_at,
        last_failure_at=health.last_failure_at,
        last_failure=health.last_failure,
        resting_until=health.resting_until,
        stopped_at=health.stopped_at,
        stopped_because=health.stopped_because,
    )
