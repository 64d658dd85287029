"""The chain of a stream's events: each row carries the hash of the one before it."""

import hashlib
from datetime import UTC, datetime

from tagwake.core.digest import Digest
from tagwake.core.event import EventType
from tagwake.core.reference import Stream

START = bytes(32)
"""What the first event of a stream follows."""


def chained(
    previous: bytes,
    type_: EventType,
    stream: Stream,
    digests: tuple[Digest | None, Digest | None],
    times: tuple[datetime, datetime | None],
) -> bytes:
    """SHA-256 over the previous event's chain and what this one tells.

    :param previous: 32 bytes, :data:`START` for a stream's first event.
    :param digests: the new target and the one before.
    :param times: ``seen_at`` and ``not_before``.
    """
    fields = [
        type_.value,
        str(stream),
        *(str(digest or "") for digest in digests),
        *(_text(time) for time in times),
    ]
    return hashlib.sha256(previous + "\n".join(fields).encode()).digest()


def _text(time: datetime | None) -> str:
    return "" if time is None else time.astimezone(UTC).isoformat(timespec="milliseconds")
