"""Events as CloudEvents 1.0, in the structured JSON mode; what they tell is what the feed tells."""

from datetime import datetime
from typing import Literal

import msgspec

from tagwake.core.event import Event
from tagwake.formats.api.history import FeedEvent, feed_event

MEDIA_TYPE = "application/cloudevents+json"
"""CloudEvents 1.0.2, JSON Event Format, section 3."""
_CHAIN = 16


class CloudEvent(msgspec.Struct):
    """The envelope (CloudEvents 1.0.2, "Context Attributes").

    :param id: unique within ``source``, and the same in every attempt.
    :param source: the service that tells it.
    :param type: ``tag.created``, ``tag.moved``, ``tag.deleted`` or ``tag.corrected``.
    :param subject: the image: registry, repository and tag.
    :param time: when the new state was first seen.
    """

    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: Literal["application/json"]
    data: FeedEvent


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
