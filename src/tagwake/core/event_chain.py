"""The chain of a stream's events: each carries a hash over the one before it, so that none can be changed unnoticed."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from tagwake.core.event import Event

START = "0" * 64
"""What the first event of a stream follows."""


def chained(previous: str, event: Event) -> str:
    """Hex SHA-256 over the chain before, a line feed, and the event's fields, a line feed between any two.

    The fields stand in the order in which :class:`~tagwake.core.event.Event` names them, without ``chain``: times as
    RFC 3339 in UTC with milliseconds, digests and the stream as their text, claims as ``true`` or ``false``, and what
    is unknown as nothing.

    :param previous: the chain of the stream's event before, :data:`START` for its first.
    """
    fields = (
        previous,
        str(event.cursor),
        event.type.value,
        str(event.stream),
        str(event.digest or ""),
        str(event.previous or ""),
        _text(event.seen_at),
        _text(event.not_before),
        _text(event.claimed_at),
        event.how,
        str(event.rollback).lower(),
        str(event.immutable).lower(),
        _text(event.recorded_at),
        _text(event.since),
    )
    return hashlib.sha256("\n".join(fields).encode()).hexdigest()


def first_broken(events: Iterable[Event]) -> Event | None:
    """The first of a stream's events, all of them in order, that is not what was told; ``None`` where all hold."""
    previous = START
    for event in events:
        if event.chain != chained(previous, event):
            return event
        previous = event.chain
    return None


def _text(time: datetime | None) -> str:
    if time is None:
        return ""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
