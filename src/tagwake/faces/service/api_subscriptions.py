"""``/api``: who is told of events, how that goes, and what was given up."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit

from litestar import delete, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from tagwake.core.subscription import Subscription
from tagwake.faces.service.api_fields import MAX_CURSOR, Given
from tagwake.faces.service.api_problem import ABSENT, PROBLEMS, TAKEN, TOO_LARGE, Refused
from tagwake.formats.api.deliveries import (
    AttemptsDocument,
    DeadEvent,
    DeadLettersDocument,
    MadeAttempt,
    ReplayRequest,
    ReviveAnswer,
    ReviveRequest,
    SecretRequest,
    StopRequest,
    SubscriptionAnswer,
    SubscriptionFare,
    SubscriptionRequest,
    SubscriptionsDocument,
    subscription_of,
)
from tagwake.formats.api.fields import utc
from tagwake.formats.standard_webhooks import public_key_of
from tagwake.ports.subscription_store import SubscriptionHealth
from tagwake.verbs.subscription import add_subscription, change_secret, signing_key

MOST = 1000

_TAGS = ["subscriptions"]
_ASYMMETRIC = "whsk_"

SubscriptionName = Annotated[str, PathParameter(description="The subscription's name.", max_length=64)]
Most = Annotated[int, QueryParameter(description="At most so many.", ge=1, le=MOST)]


@get("/subscriptions", summary="Who is told of events, and how that goes", responses=PROBLEMS, tags=_TAGS)
async def subscriptions(service: Given) -> SubscriptionsDocument:
    """All subscriptions."""
    found = await service.call(service.subscriptions.subscriptions)
    healths = {each.name: each for each in await service.call(service.subscriptions.health)}
    return SubscriptionsDocument(
        "tagwake/subscriptions/1",
        [_fare(each, healths[each.name]) for each in found if each.name in healths],
    )


@post(
    "/subscriptions",
    summary="Tell somebody of events",
    description="What receivers verify with is shown this once.",
    responses={**PROBLEMS, **TAKEN, **TOO_LARGE},
    tags=_TAGS,
)
async def subscribe(service: Given, data: JSONBody[SubscriptionRequest]) -> SubscriptionAnswer:
    """Add a subscription."""
    given = data.secret
    if given is None and data.signature == "ed25519":
        given = signing_key(random_bytes=service.random_bytes)
    secret = await service.call(
        add_subscription,
        service.subscriptions,
        service.feed,
        subscription_of(data),
        secret=given,
        after=data.after,
        random_bytes=service.random_bytes,
        now=service.timing.now(),
    )
    return _shown(data.name, secret)


@post(
    "/subscriptions/{name:str}/secret",
    summary="Sign with another secret",
    description="The one before signs as well, until the next change. What receivers verify with is shown this once.",
    responses={**PROBLEMS, **ABSENT, **TAKEN, **TOO_LARGE},
    tags=_TAGS,
    status_code=200,
)
async def sign_anew(
    service: Given, name: SubscriptionName, data: JSONBody[SecretRequest]
) -> SubscriptionAnswer:
    """Change what signs for a subscription."""
    secret = await service.call(
        change_secret,
        service.subscriptions,
        name,
        secret=data.secret,
        random_bytes=service.random_bytes,
        keep=data.keep,
    )
    _require(name, secret is not None)
    return _shown(name, secret or "")


@delete(
    "/subscriptions/{name:str}",
    summary="Tell somebody of events no more",
    responses={**PROBLEMS, **ABSENT},
    tags=_TAGS,
    status_code=204,
)
async def unsubscribe(service: Given, name: SubscriptionName) -> None:
    """Remove a subscription and what is kept of it."""
    _require(name, await service.call(service.subscriptions.remove, name))


@post(
    "/subscriptions/{name:str}/replay",
    summary="Tell all events after a cursor again",
    responses={**PROBLEMS, **ABSENT, **TOO_LARGE},
    tags=_TAGS,
    status_code=204,
)
async def replay(service: Given, name: SubscriptionName, data: JSONBody[ReplayRequest]) -> None:
    """Set a subscription back."""
    done = await service.call(service.subscriptions.replay, name, data.after, now=service.timing.now())
    _require(name, done)


@post(
    "/subscriptions/{name:str}/stop",
    summary="Send nothing until it is resumed",
    responses={**PROBLEMS, **ABSENT, **TOO_LARGE},
    tags=_TAGS,
    status_code=204,
)
async def stop(service: Given, name: SubscriptionName, data: JSONBody[StopRequest]) -> None:
    """Stop a subscription, and say why."""
    done = await service.call(service.subscriptions.stop, name, data.because, now=service.timing.now())
    _require(name, done)


@post(
    "/subscriptions/{name:str}/resume",
    summary="Go on where it stopped",
    responses={**PROBLEMS, **ABSENT},
    tags=_TAGS,
    status_code=204,
)
async def resume(service: Given, name: SubscriptionName) -> None:
    """Go on."""
    _require(name, await service.call(service.subscriptions.resume, name, now=service.timing.now()))


@post(
    "/subscriptions/{name:str}/revive",
    summary="Try events again that were given up",
    responses={**PROBLEMS, **ABSENT, **TOO_LARGE},
    tags=_TAGS,
    status_code=200,
)
async def revive(service: Given, name: SubscriptionName, data: JSONBody[ReviveRequest]) -> ReviveAnswer:
    """Try dead letters again, each alone and now."""
    await _find(service, name)
    cursors = set(data.cursors)
    return ReviveAnswer(
        await service.call(service.subscriptions.revive, name, cursors, now=service.timing.now())
    )


@get(
    "/subscriptions/{name:str}/attempts",
    summary="The requests that were made lately",
    responses={**PROBLEMS, **ABSENT},
    tags=_TAGS,
)
async def attempts(
    service: Given,
    name: SubscriptionName,
    cursor: Annotated[
        int, QueryParameter(description="Only those for this event; 0 for all.", ge=0, le=MAX_CURSOR)
    ] = 0,
    n: Most = 100,
) -> AttemptsDocument:
    """Requests newest first."""
    await _find(service, name)
    found = await service.call(service.subscriptions.attempts, name, n, cursor=cursor or None)
    return AttemptsDocument(
        "tagwake/attempts/1",
        [
            MadeAttempt(
                str(each.stream),
                each.cursor,
                each.number,
                each.at,
                each.duration.total_seconds() * 1000,
                each.status,
                each.reason,
                each.answer.decode(errors="replace"),
            )
            for each in found
        ],
    )


@get("/dead-letters", summary="Events that were given up", responses=PROBLEMS, tags=_TAGS)
async def dead_letters(
    service: Given,
    subscription: Annotated[
        str | None, QueryParameter(description="Only of this subscription.", max_length=64)
    ] = None,
    before: Annotated[
        int, QueryParameter(description="Only those of smaller cursors.", ge=0, le=MAX_CURSOR)
    ] = MAX_CURSOR,
    n: Most = 100,
) -> DeadLettersDocument:
    """Dead letters, newest first."""
    found = await service.call(service.subscriptions.dead_letters, n, name=subscription, before=before)
    return DeadLettersDocument(
        "tagwake/dead-letters/1",
        [
            DeadEvent(each.subscription, str(each.stream), each.cursor, each.reason, each.attempts, each.at)
            for each in found
        ],
    )


HANDLERS: Sequence[Any] = (
    subscriptions,
    subscribe,
    sign_anew,
    unsubscribe,
    replay,
    stop,
    resume,
    revive,
    attempts,
    dead_letters,
)


def _shown(name: str, secret: str) -> SubscriptionAnswer:
    if secret.startswith(_ASYMMETRIC):
        return SubscriptionAnswer(name, None, public_key_of(secret))
    return SubscriptionAnswer(name, secret, None)


def _require(name: str, done: bool) -> None:
    if not done:
        raise Refused(404, f"there is no subscription {name}: GET /api/subscriptions lists them")


async def _find(service: Given, name: str) -> None:
    found = await service.call(service.subscriptions.subscriptions)
    _require(name, any(each.name == name for each in found))


def _fare(subscription: Subscription, health: SubscriptionHealth) -> SubscriptionFare:
    return SubscriptionFare(
        name=subscription.name,
        host=urlsplit(subscription.url).hostname or "",
        types=sorted(subscription.types),
        images=[str(glob) for glob in subscription.images],
        excepted=[str(glob) for glob in subscription.excepted],
        assigned=health.assigned,
        behind=health.behind,
        failing=health.failing,
        dead=health.dead,
        oldest=utc(health.oldest),
        last_success_at=utc(health.last_success_at),
        last_failure_at=utc(health.last_failure_at),
        last_failure=health.last_failure,
        resting_until=utc(health.resting_until),
        stopped_at=utc(health.stopped_at),
        stopped_because=health.stopped_because,
    )
