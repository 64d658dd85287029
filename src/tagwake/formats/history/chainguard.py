"""Chainguard's shape: ``GET /v2/<repository>/_chainguard/history/<tag>``, oldest first, no deletions.

Source: Chainguard's documentation, "Using the Tag History API".
"""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from tagwake.core.history import Move
from tagwake.core.reference import Stream
from tagwake.core.sighting import IMPORT, Sighting
from tagwake.formats.history.answer import in_stated_order, read_answer, read_digest, read_time
from tagwake.formats.history.moment import write_moment

LIMIT = 1000
"""Records of one answer; there is no cursor: a client moves ``start`` to the last time it was told."""
HOW = f"{IMPORT}chainguard"

_WHAT = "its tag history"


class _Record(msgspec.Struct):
    update_timestamp: str = msgspec.field(name="updateTimestamp")
    digest: str


class _History(msgspec.Struct):
    history: list[_Record]


def target(repository: str, tag: str, *, start: datetime | None = None, end: datetime | None = None) -> str:
    """Path and query that ask a registry for a tag's history."""
    times = {"start": start, "end": end}
    query = urlencode({key: write_moment(time) for key, time in times.items() if time is not None})
    return f"/v2/{repository}/_chainguard/history/{tag}" + (f"?{query}" if query else "")


def encode(moves: Iterable[Move], start: datetime | None = None, end: datetime | None = None) -> bytes:
    """The first 1000 moves to a digest from ``start`` to ``end``, both included, oldest first.

    Both ends belong to it, so that a client which goes on from the last time loses no row; it drops what it has by
    (time, digest).
    """
    chosen = [
        _Record(write_moment(move.seen_at), str(move.digest))
        for move in moves
        if move.digest is not None
        and (start is None or move.seen_at >= start)
        and (end is None or move.seen_at <= end)
    ]
    return msgspec.json.encode(_History(chosen[:LIMIT]))


def decode(data: bytes, stream: Stream) -> tuple[Sighting, ...]:
    """What a registry says the tag was, oldest first; of a thousand rows there may be more from the last time on.

    :raises InvalidAnswer: where it is no history.
    """
    records = read_answer(data, _History, _WHAT).history
    read = [
        Sighting(stream, read_time(each.update_timestamp, _WHAT), read_digest(each.digest, _WHAT), HOW)
        for each in records
    ]
    return in_stated_order(sorted(read, key=lambda sighting: sighting.seen_at))
