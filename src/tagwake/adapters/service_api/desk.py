"""A running service as a desk, over its API."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from itertools import islice
from typing import TypeVar
from urllib.parse import quote

import msgspec

from tagwake.adapters.service_api.client import ServiceClient
from tagwake.core.access import Scope, Token
from tagwake.core.errors import InvalidReference, StoreFailed
from tagwake.core.hook_source import HookSource
from tagwake.core.sighting import Sighting
from tagwake.core.subscription import Subscription
from tagwake.core.watch_pattern import WatchPattern
from tagwake.formats.api import deliveries, work
from tagwake.formats.api.fields import read_image
from tagwake.formats.history.answer import read_answer
from tagwake.ports.history_store import ImportResult
from tagwake.ports.service_desk import Signature, SourcePlace, SubscriptionFare, SubscriptionKey
from tagwake.ports.source_store import Parked, Refusal, SourceHealth
from tagwake.ports.subscription_store import Attempt, DeadLetter
from tagwake.ports.watch_store import Watch

Shape = TypeVar("Shape")

_WHAT = "its answer"
_PIECE = 4000
"""Sightings of one request: less than a MiB, which is sent at once."""


class ApiDesk:
    """Asks a service (:class:`tagwake.ports.service_desk.ServiceDesk`)."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    @property
    def name(self) -> str:
        """The service, by its URL."""
        return f"the service {self._client.url}"

    async def watch(self, patterns: Sequence[WatchPattern]) -> int:
        """Follow these; how many are new."""
        added = 0
        for signatures in (False, True):
            texts = [str(each) for each in patterns if each.signatures is signatures]
            for start in range(0, len(texts), work.MAX_PATTERNS):
                request = work.WatchRequest(texts[start : start + work.MAX_PATTERNS], signatures)
                added += (await self._post("/api/watches", request, work.WatchAnswer)).added
        return added

    async def unwatch(self, pattern: WatchPattern) -> bool:
        """Follow this no more; whether it was followed."""
        return await self._client.settle("DELETE", "/api/watches", query={"pattern": str(pattern)})

    async def watches(self) -> tuple[Watch, ...]:
        """What is followed."""
        told = await self._get("/api/watches", work.WatchesDocument)
        try:
            return tuple(
                Watch(
                    WatchPattern.parse(each.pattern, signatures=each.signatures),
                    each.by,
                    each.added_at,
                    each.streams,
                )
                for each in told.watches
            )
        except InvalidReference as error:
            raise StoreFailed(f"{self.name} names a watch that is none: {error}") from None

    async def import_sightings(self, sightings: Iterable[Sighting]) -> ImportResult:
        """Take over what somebody's record says."""
        read = moves = corrected = 0
        waiting = iter(sightings)
        while piece := list(islice(waiting, _PIECE)):
            answer = await self._client.send("POST", "/api/imports", work.import_request(piece))
            done = self._read(answer, work.ImportAnswer)
            read, moves, corrected = (
                read + done.sightings,
                moves + done.moves,
                corrected + done.corrected,
            )
        return ImportResult(read, moves, corrected)

    async def give_token(self, name: str, scopes: Collection[Scope]) -> str:
        """A new access token, shown once."""
        request = work.TokenRequest(name, sorted(scopes))
        return (await self._post("/api/tokens", request, work.TokenAnswer)).token

    async def revoke_token(self, name: str) -> bool:
        """Let a token open nothing any more; whether there was a live one."""
        return await self._client.settle("DELETE", f"/api/tokens/{_part(name)}")

    async def tokens(self) -> tuple[Token, ...]:
        """All that were ever given."""
        told = await self._get("/api/tokens", work.TokensDocument)
        return tuple(
            Token(each.name, frozenset(each.scopes), each.created_at, each.last_used_at, each.revoked_at)
            for each in told.tokens
        )

    async def add_source(self, source: HookSource) -> SourcePlace:
        """Take hooks of a source, or take over what has changed of it."""
        request = work.SourceRequest(
            source.kind, source.name, work.login_request(source.login), source.registry, dict(source.renames)
        )
        answer = await self._post("/api/sources", request, work.SourceAnswer)
        return SourcePlace(answer.path, answer.new)

    async def remove_source(self, kind: str, name: str) -> bool:
        """Take no hooks of it any more; whether it was there."""
        return await self._client.settle("DELETE", f"/api/sources/{_part(kind)}/{_part(name)}")

    async def sources(self) -> tuple[SourceHealth, ...]:
        """How all of them fare."""
        told = await self._get("/api/sources", work.SourcesDocument)
        return tuple(
            SourceHealth(
                each.kind,
                each.name,
                each.added_at,
                each.accepted,
                each.refused,
                each.parked,
                each.last_word_at,
                each.last_refusal_at,
            )
            for each in told.sources
        )

    async def refusals(self, kind: str, name: str) -> tuple[Refusal, ...]:
        """Why deliveries of a source were refused lately, newest first."""
        path = f"/api/sources/{_part(kind)}/{_part(name)}/refusals"
        told = await self._get(path, work.RefusalsDocument)
        return tuple(Refusal(each.at, each.reason) for each in told.refusals)

    async def parked(self, limit: int, kind: str | None, name: str | None) -> tuple[Parked, ...]:
        """Deliveries that could not be read, newest first."""
        query = {"n": str(limit), "kind": kind, "name": name}
        told = await self._get("/api/parked", work.ParkedDocument, query)
        return tuple(
            Parked(
                each.number,
                each.kind,
                each.name,
                each.at,
                each.reason,
                each.size,
                each.body.encode(errors="replace"),
            )
            for each in told.parked
        )

    async def subscribe(
        self, subscription: Subscription, *, secret: str | None, after: int | None, signature: Signature
    ) -> SubscriptionKey:
        """Tell somebody of events."""
        request = deliveries.subscription_request(subscription, secret=secret, after=after)
        request.signature = signature
        answer = await self._post("/api/subscriptions", request, deliveries.SubscriptionAnswer)
        return SubscriptionKey(answer.secret, answer.public_key)

    async def unsubscribe(self, name: str) -> bool:
        """Tell somebody no more; whether it was told."""
        return await self._client.settle("DELETE", _subscription(name))

    async def subscriptions(self) -> tuple[SubscriptionFare, ...]:
        """Who is told of what, and how that goes."""
        told = await self._get("/api/subscriptions", deliveries.SubscriptionsDocument)
        return tuple(map(_fare, told.subscriptions))

    async def replay(self, name: str, after: int) -> bool:
        """Tell all events after this cursor again; whether the subscription is there."""
        return await self._settle(f"{_subscription(name)}/replay", deliveries.ReplayRequest(after))

    async def stop(self, name: str, because: str) -> bool:
        """Send nothing until it is resumed; whether the subscription is there."""
        return await self._settle(f"{_subscription(name)}/stop", deliveries.StopRequest(because))

    async def resume(self, name: str) -> bool:
        """Go on where it stopped; whether the subscription is there."""
        return await self._client.settle("POST", f"{_subscription(name)}/resume")

    async def revive(self, name: str, cursors: Collection[int]) -> int:
        """Try dead letters again; how many of these are some."""
        request = deliveries.ReviveRequest(sorted(cursors))
        return (await self._post(f"{_subscription(name)}/revive", request, deliveries.ReviveAnswer)).revived

    async def attempts(self, name: str, limit: int) -> tuple[Attempt, ...]:
        """The requests that were made, newest first."""
        path = f"{_subscription(name)}/attempts"
        told = await self._get(path, deliveries.AttemptsDocument, {"n": str(limit)})
        return tuple(
            Attempt(
                name,
                read_image(each.image, _WHAT),
                each.cursor,
                each.number,
                each.at,
                timedelta(milliseconds=each.milliseconds),
                each.status,
                each.reason,
                each.answer.encode(errors="replace"),
            )
            for each in told.attempts
        )

    async def dead_letters(self, limit: int, name: str | None) -> tuple[DeadLetter, ...]:
        """Events that were given up, newest first."""
        query = {"n": str(limit), "subscription": name}
        told = await self._get("/api/dead-letters", deliveries.DeadLettersDocument, query)
        return tuple(
            DeadLetter(
                each.subscription,
                read_image(each.image, _WHAT),
                each.cursor,
                each.reason,
                each.attempts,
                each.at,
            )
            for each in told.dead_letters
        )

    async def _get(self, path: str, shape: type[Shape], query: dict[str, str | None] | None = None) -> Shape:
        chosen = {key: text for key, text in (query or {}).items() if text is not None}
        return self._read(await self._client.get("GET", path, chosen), shape)

    async def _post(self, path: str, request: msgspec.Struct, shape: type[Shape]) -> Shape:
        return self._read(await self._client.send("POST", path, msgspec.json.encode(request)), shape)

    async def _settle(self, path: str, request: msgspec.Struct) -> bool:
        return await self._client.settle("POST", path, msgspec.json.encode(request))

    def _read(self, body: bytes, shape: type[Shape]) -> Shape:
        return read_answer(body, shape, f"what {self.name} answers")


def _part(name: str) -> str:
    return quote(name, safe="")


def _subscription(name: str) -> str:
    return f"/api/subscriptions/{_part(name)}"


def _fare(told: deliveries.SubscriptionFare) -> SubscriptionFare:
    return SubscriptionFare(
        name=told.name,
        host=told.host,
        types=frozenset(told.types),
        images=tuple(told.images),
        excepted=tuple(told.excepted),
        assigned=told.assigned,
        behind=told.behind,
        failing=told.failing,
        dead=told.dead,
        oldest=told.oldest,
        last_success_at=told.last_success_at,
        last_failure_at=told.last_failure_at,
        last_failure=told.last_failure,
        resting_until=told.resting_until,
        stopped_at=told.stopped_at,
        stopped_because=told.stopped_because,
    )
