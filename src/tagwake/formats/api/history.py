"""Answers about history: what a tag was at a moment, where a digest was, since when, and the feed of events."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tagwake.core.digest import Digest
from tagwake.core.event import Event, EventType
from tagwake.core.reference import Stream
from tagwake.formats.api.fields import (
    DigestText,
    Image,
    Moment,
    Number,
    Place,
    digest_text,
    read_image,
    utc,
)
from tagwake.formats.history.answer import read_answer, read_digest

_EVENTS = "its feed"


class LiveDocument(Struct):
    """What a tag was at a moment (``GET /api/live``)."""

    schema: Literal["tagwake/live/1"]
    image: Image
    at: Moment
    certainty: Annotated[
        Literal["exact", "within", "unknown"],
        Meta(
            description="exact: it is known; within: the tag was about to move, to candidate; unknown: nobody had looked."
        ),
    ]
    digest: Annotated[DigestText | None, Meta(description="Null: it was absent, or nothing is known.")]
    candidate: Annotated[DigestText | None, Meta(description="What else it may have been; null: absent.")]


class PlacedTag(Struct):
    """A time in which a tag pointed to the digest."""

    image: Image
    registry: str
    repository: str
    tag: str
    since: Annotated[Moment, Meta(description="When it was first seen there.")]
    until: Annotated[
        Moment | None,
        Meta(description="When the tag was first seen elsewhere, or gone; null: it is there still."),
    ]
    last_seen: Annotated[Moment, Meta(description="When it was last seen there.")]


class TagsDocument(Struct):
    """Every tag that a digest was ever under (``GET /api/tags``), oldest first."""

    schema: Literal["tagwake/tags/1"]
    digest: DigestText
    media_type: Annotated[str | None, Meta(description="Null where nobody has looked at it.")]
    size: Annotated[int, Meta(ge=0, description="Bytes; null where nobody has looked at it.")] | None
    tags: list[PlacedTag]


class FirstSeenDocument(Struct):
    """When we ourselves first saw a digest under a tag (``GET /api/first-seen``)."""

    schema: Literal["tagwake/first-seen/1"]
    image: Image
    digest: Annotated[
        DigestText | None, Meta(description="The digest that was asked for, else the tag's current one.")
    ]
    first_seen: Annotated[Moment | None, Meta(description="Null where we never did; imports do not count.")]


class FeedEvent(Struct):
    """A row of the feed."""

    cursor: Annotated[int, Meta(ge=1, description="Its place; once given it never changes its meaning.")]
    type: Literal["tag.created", "tag.moved", "tag.deleted", "tag.corrected"]
    image: Image
    digest: Annotated[DigestText | None, Meta(description="The new target; null where the tag was deleted.")]
    previous: Annotated[DigestText | None, Meta(description="The target before, as far as known.")]
    seen_at: Annotated[Moment, Meta(description="When the new state was first seen.")]
    not_before: Annotated[Moment | None, Meta(description="When the old state was last seen.")]
    claimed_at: Annotated[Moment | None, Meta(description="When a registry says that it happened.")]
    how: str
    rollback: Annotated[bool, Meta(description="Whether the digest was the tag's target before.")]
    immutable: Annotated[bool, Meta(description="Whether a rule says that this tag must not move.")]
    recorded_at: Moment
    since: Annotated[
        Moment | None, Meta(description="Of a correction: what was told of the time before it still holds.")
    ]
    chain: Annotated[
        str,
        Meta(
            pattern="^[0-9a-f]{64}$",
            description="Hex SHA-256 over the chain of the tag's event before and this event.",
        ),
    ]


class EventsDocument(Struct):
    """A piece of the feed (``GET /api/events``), in the order in which it was told."""

    schema: Literal["tagwake/events/1"]
    events: list[FeedEvent]
    next: Annotated[Place, Meta(description="Ask on with this as after.")]
    newest: Annotated[Number, Meta(description="The cursor of the newest event of all.")]


def feed_event(event: Event) -> FeedEvent:
    """An event as the feed tells it."""
    return FeedEvent(
        cursor=event.cursor,
        type=event.type.value,
        image=str(event.stream),
        digest=digest_text(event.digest),
        previous=digest_text(event.previous),
        seen_at=event.seen_at,
        not_before=utc(event.not_before),
        claimed_at=utc(event.claimed_at),
        how=event.how,
        rollback=event.rollback,
        immutable=event.immutable,
        recorded_at=event.recorded_at,
        since=utc(event.since),
        chain=event.chain,
    )


def events_document(events: Sequence[Event], after: int, newest: int) -> EventsDocument:
    """A piece of the feed that follows the cursor ``after``."""
    following = events[-1].cursor if events else after
    return EventsDocument(
        "tagwake/events/1", [feed_event(event) for event in events], following, max(newest, following)
    )


def read_events(data: bytes) -> tuple[tuple[Event, ...], int]:
    """The events of a piece of the feed, and the cursor to ask on with.

    :raises InvalidAnswer: where it is none.
    """
    document = read_answer(data, EventsDocument, _EVENTS)
    return tuple(_event(told) for told in document.events), document.next


def read_live(data: bytes) -> LiveDocument:
    """What a tag was at a moment.

    :raises InvalidAnswer: where it does not say so.
    """
    return read_answer(data, LiveDocument, "its answer")


def read_first_seen(data: bytes) -> tuple[Digest | None, datetime | None]:
    """A tag's digest and when it was first seen there.

    :raises InvalidAnswer: where it does not say so.
    """
    document = read_answer(data, FirstSeenDocument, "its answer")
    digest = None if document.digest is None else read_digest(document.digest, "its answer")
    return digest, utc(document.first_seen)


def read_tags(data: bytes) -> TagsDocument:
    """Every tag that a digest was ever under.

    :raises InvalidAnswer: where it does not say so.
    """
    return read_answer(data, TagsDocument, "its answer")


def stream_of(tag: PlacedTag) -> Stream:
    """The stream of a row of :class:`TagsDocument`."""
    return Stream(tag.registry, tag.repository, tag.tag)


def _event(told: FeedEvent) -> Event:
    return Event(
        cursor=told.cursor,
        type=EventType(told.type),
        stream=read_image(told.image, _EVENTS),
        digest=None if told.digest is None else read_digest(told.digest, _EVENTS),
        previous=None if told.previous is None else read_digest(told.previous, _EVENTS),
        seen_at=told.seen_at,
        not_before=told.not_before,
        claimed_at=told.claimed_at,
        how=told.how,
        rollback=told.rollback,
        immutable=told.immutable,
        recorded_at=told.recorded_at,
        chain=told.chain,
        since=told.since,
    )
