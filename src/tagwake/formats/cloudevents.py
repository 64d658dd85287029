"""Events as CloudEvents 1.0, in the structured JSON mode; what they tell is what the feed tells."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tagwake.core.event import Event
from tagwake.formats.api.history import FeedEvent, feed_event

MEDIA_TYPE = "application/cloudevents+json"
"""CloudEvents 1.0.2, JSON Event Format, section 3."""
_CHAIN = 16


class CloudEvent(msgspec.Struct):
    """An event as it is posted (CloudEvents 1.0.2, "Context Attributes")."""

    specversion: Literal["1.0"]
    id: Annotated[str, Meta(description="Unique within source, and the same in every attempt.")]
    source: Annotated[str, Meta(description="The service that tells it, a URI reference.")]
    type: Literal["tag.created", "tag.moved", "tag.deleted", "tag.corrected"]
    subject: Annotated[str, Meta(description="The image: registry, repository and tag.")]
    time: Annotated[datetime, Meta(tz=True, description="When the new state was first seen, RFC 3339, UTC.")]
    datacontenttype: Literal["application/json"]
    data: Annotated[FeedEvent, Meta(description="The row of the feed.")]


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of an event as it is posted."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "tagwake/event/1",
        **msgspec.json.schema(CloudEvent),
    }


def event_id(event: Event) -> str:
    """The event's id: its cursor, and the beginning of its chain.

    The same for every attempt and every subscription, and another for another event, also where a service was set up
    anew and counts from 1 again. It has no full stop (Standard Webhooks parts by it what is signed).
    """
    return f"{event.cursor}-{event.chain[:_CHAIN]}"


def encode(event: Event, source: str) -> bytes:
    """The event as one JSON document.

    :param source: a URI that names the service, such as its address.
    """
    return msgspec.json.encode(
        CloudEvent(
            specversion="1.0",
            id=event_id(event),
            source=source,
            type=event.type.value,
            subject=str(event.stream),
            time=event.seen_at,
            datacontenttype="application/json",
            data=feed_event(event),
        )
    )
