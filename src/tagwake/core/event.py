"""An event: what was told of a tag, once and for ever."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tagwake.core.digest import Digest
from tagwake.core.reference import Stream


class EventType(StrEnum):
    """What an event tells, named subject.action."""

    CREATED = "tag.created"
    MOVED = "tag.moved"
    DELETED = "tag.deleted"
    CORRECTED = "tag.corrected"


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the feed: append-only, in commit order.

    A correction carries the tag's last move as it is known now: whoever keeps targets alone stays right by it, and
    whoever keeps the history reads it again from ``since`` on.

    :param cursor: its place in the feed; once given it never changes its meaning.
    :param digest: the new target, ``None`` where the tag was deleted.
    :param previous: the target before, as far as known.
    :param seen_at: when the new state was first seen.
    :param not_before: the last time the old state was seen, or ``None``.
    :param how: how we know.
    :param rollback: whether the digest was the tag's target before.
    :param immutable: whether a rule says that this tag must not move.
    :param chain: hex SHA-256 over the ``chain`` of the stream's event before and what this one tells
        (:mod:`tagwake.core.event_chain`).
    :param since: of a correction: what was told of the time before it still holds.
    """

    cursor: int
    type: EventType
    stream: Stream
    digest: Digest | None
    previous: Digest | None
    seen_at: datetime
    not_before: datetime | None
    claimed_at: datetime | None
    how: str
    rollback: bool
    immutable: bool
    recorded_at: datetime
    chain: str
    since: datetime | None = None


def is_broken_promise(event: Event) -> bool:
    """Whether a tag that must not move has changed; that it came to be is no change."""
    return event.immutable and event.type is not EventType.CREATED
