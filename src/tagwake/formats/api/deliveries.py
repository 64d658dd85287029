"""Subscriptions and what became of their deliveries, as the API tells them and is told."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from tagwake.core.event import EventType
from tagwake.core.image_glob import MAX_GLOB, ImageGlob
from tagwake.core.subscription import Subscription
from tagwake.formats.api.fields import Image, Moment, Number, Place
from tagwake.formats.api.work import Name

MAX_CURSOR = 2**53 - 1

Globs = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=MAX_GLOB)]],
    Meta(max_length=1000, description="Images, with or without a tag; * stands for any characters."),
]
Cursor = Annotated[int, Meta(ge=0, le=MAX_CURSOR, description="A cursor of the feed.")]


class SubscriptionFare(Struct):
    """A subscription and how it fares; of its URL only the host is told, for the rest may hold a token."""

    name: str
    host: str
    types: list[EventType]
    images: list[str]
    excepted: list[str]
    assigned: Annotated[Place, Meta(description="The cursor up to which the feed has been taken up for it.")]
    behind: Annotated[Number, Meta(description="Tags that it is to be told of and has not been.")]
    failing: Number
    dead: Annotated[Number, Meta(description="Events that were given up.")]
    oldest: Moment | None
    last_success_at: Moment | None
    last_failure_at: Moment | None
    last_failure: str
    resting_until: Moment | None
    stopped_at: Moment | None
    stopped_because: str


class SubscriptionsDocument(Struct):
    """Who is told of what (``GET /api/subscriptions``)."""

    schema: Literal["tagwake/subscriptions/1"]
    subscriptions: list[SubscriptionFare]


class SubscriptionRequest(Struct, forbid_unknown_fields=True):
    """Tell somebody of events (``POST /api/subscriptions``)."""

    name: Name
    url: Annotated[str, Meta(min_length=1, max_length=2048, description="Where events are posted.")]
    types: Annotated[list[EventType], Meta(max_length=len(EventType), description="Empty for all.")] = []
    images: Globs = []
    excepted: Globs = []
    signature: Annotated[
        Literal["hmac", "ed25519"], Meta(description="Which kind of key is made where none is given.")
    ] = "hmac"
    secret: (
        Annotated[str, Meta(max_length=200, description="whsec_… or whsk_…; one is made where it is null.")]
        | None
    ) = None
    after: (
        Annotated[int, Meta(ge=0, le=MAX_CURSOR, description="Only events after this; null: from now on.")]
        | None
    ) = None


class SubscriptionAnswer(Struct):
    """What receivers verify with, shown this once: the shared secret, or the public key of an Ed25519 one."""

    name: str
    secret: str | None
    public_key: str | None


class SecretRequest(Struct, forbid_unknown_fields=True):
    """Sign with another secret (``POST /api/subscriptions/{name}/secret``)."""

    secret: (
        Annotated[str, Meta(max_length=200, description="whsec_… or whsk_…; one is made where it is null.")]
        | None
    ) = None
    keep: Annotated[
        int, Meta(ge=0, le=4, description="How many of the secrets before go on signing beside it.")
    ] = 1


class ReplayRequest(Struct, forbid_unknown_fields=True):
    """Tell all events after this cursor again (``POST /api/subscriptions/{name}/replay``)."""

    after: Cursor


class StopRequest(Struct, forbid_unknown_fields=True):
    """Send nothing from now on, and show why (``POST /api/subscriptions/{name}/stop``)."""

    because: Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$")]


class ReviveRequest(Struct, forbid_unknown_fields=True):
    """Try these dead letters again (``POST /api/subscriptions/{name}/revive``)."""

    cursors: Annotated[list[Cursor], Meta(min_length=1, max_length=10_000)]


class ReviveAnswer(Struct):
    """How many of them are dead letters, and are tried again now."""

    revived: Number


class MadeAttempt(Struct):
    """A request that was made to a subscriber."""

    image: Image
    cursor: Place
    number: Annotated[int, Meta(ge=1, description="Counts the attempts for this event.")]
    at: Moment
    milliseconds: Annotated[float, Meta(ge=0)]
    status: Annotated[int | None, Meta(description="Of the answer; null where there was none.")]
    reason: Annotated[str, Meta(description="Why it failed; empty where it succeeded.")]
    answer: Annotated[str, Meta(description="The beginning of the answer's body.")]


class AttemptsDocument(Struct):
    """The last requests to a subscriber, newest first (``GET /api/subscriptions/{name}/attempts``)."""

    schema: Literal["tagwake/attempts/1"]
    attempts: list[MadeAttempt]


class DeadEvent(Struct):
    """An event that was given up."""

    subscription: str
    image: Image
    cursor: Place
    reason: str
    attempts: Number
    at: Moment


class DeadLettersDocument(Struct):
    """Events that were given up, newest first (``GET /api/dead-letters``)."""

    schema: Literal["tagwake/dead-letters/1"]
    dead_letters: list[DeadEvent]


def subscription_of(request: SubscriptionRequest) -> Subscription:
    """The subscription that a request describes."""
    return Subscription(
        request.name,
        request.url,
        frozenset(request.types),
        tuple(map(ImageGlob, request.images)),
        tuple(map(ImageGlob, request.excepted)),
    )


def subscription_request(
    subscription: Subscription, *, secret: str | None = None, after: int | None = None
) -> SubscriptionRequest:
    """The request that describes a subscription."""
    return SubscriptionRequest(
        name=subscription.name,
        url=subscription.url,
        types=sorted(subscription.types),
        images=[str(glob) for glob in subscription.images],
        excepted=[str(glob) for glob in subscription.excepted],
        secret=secret,
        after=after,
    )
