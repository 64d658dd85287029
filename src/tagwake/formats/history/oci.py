"""The draft OCI extension: ``GET /v2/<repository>/_oci/tag-history/<tag>``, an index, newest first.

Source: OCI distribution specification, pull request 606 ("tag history"), as it stood in mid-2026.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidAnswer
from tagwake.core.history import Move
from tagwake.core.manifest import INDEX_TYPES, Descriptor
from tagwake.core.reference import Stream
from tagwake.core.sighting import IMPORT, Sighting
from tagwake.formats.history.answer import in_stated_order, read_answer, read_digest, read_time
from tagwake.formats.history.moment import write_moment

MEDIA_TYPE = INDEX_TYPES[0]
TIMESTAMP = "org.opencontainers.distribution.tag.timestamp"
EVENT = "org.opencontainers.distribution.tag.event"
UNSEEN = "dev.tagwake.manifest.unseen"
"""Our annotation of a digest that was imported and never looked at: its media type and size say nothing."""
HOW = f"{IMPORT}oci"

_WHAT = "its tag history"


class _Entry(msgspec.Struct):
    media_type: str = msgspec.field(name="mediaType")
    size: int
    digest: str
    annotations: dict[str, str]


class _Index(msgspec.Struct):
    schema_version: int = msgspec.field(name="schemaVersion")
    media_type: str = msgspec.field(name="mediaType")
    manifests: list[_Entry]


class _Read(msgspec.Struct):
    manifests: list[_Entry] | None = None


def target(
    repository: str,
    tag: str,
    *,
    n: int | None = None,
    before: datetime | None = None,
    since: datetime | None = None,
    digest: Digest | None = None,
) -> str:
    """Path and query that ask a registry for a tag's history; ``n=0`` asks only whether it has any to give."""
    times = {"before": before, "since": since}
    query = {key: write_moment(time) for key, time in times.items() if time is not None}
    if n is not None:
        query["n"] = str(n)
    if digest is not None:
        query["digest"] = str(digest)
    return f"/v2/{repository}/_oci/tag-history/{tag}" + (f"?{urlencode(query)}" if query else "")


def encode(moves: Sequence[Move], known: Mapping[Digest, Descriptor]) -> bytes:
    """These moves as an index.

    A move is ``created`` and describes the manifest that the tag was assigned to; a deletion is ``deleted`` and
    describes the one that it pointed to immediately before. No annotation of a manifest is copied: the prefix is the
    registry's.

    :param moves: newest first.
    :param known: what looks told of the digests; one that is missing was imported, and nobody has looked.
    """
    entries = [entry for move in moves if (entry := _entry(move, known)) is not None]
    return msgspec.json.encode(_Index(2, MEDIA_TYPE, entries))


def described(move: Move) -> Digest | None:
    """The manifest that a move's entry describes; ``None`` for a deletion of which nothing earlier is known."""
    return move.previous if move.digest is None else move.digest


def decode(data: bytes, stream: Stream) -> tuple[Sighting, ...]:
    """What a page says the tag was, oldest first.

    :raises InvalidAnswer: where an entry lacks what each MUST have, or has an event that the draft does not know.
    """
    read = []
    for entry in reversed(read_answer(data, _Read, _WHAT).manifests or []):
        event, time = entry.annotations.get(EVENT), entry.annotations.get(TIMESTAMP)
        if event not in ("created", "deleted") or time is None:
            raise InvalidAnswer(f"{_WHAT} has an entry that is neither created nor deleted, or has no time")
        moment, digest = read_time(time, _WHAT), read_digest(entry.digest, _WHAT)
        if event == "deleted":
            read.append(Sighting(stream, moment, None, HOW))
        elif UNSEEN in entry.annotations:
            read.append(Sighting(stream, moment, digest, HOW))
        else:
            read.append(Sighting(stream, moment, digest, HOW, media_type=entry.media_type, size=entry.size))
    return in_stated_order(read)


def _entry(move: Move, known: Mapping[Digest, Descriptor]) -> _Entry | None:
    digest = described(move)
    if digest is None:
        return None
    annotations = {
        TIMESTAMP: write_moment(move.seen_at),
        EVENT: "deleted" if move.digest is None else "created",
    }
    descriptor = known.get(digest)
    if descriptor is None or descriptor.size is None:
        annotations[UNSEEN] = "true"
    media_type = MEDIA_TYPE if descriptor is None else descriptor.media_type
    size = 0 if descriptor is None or descriptor.size is None else descriptor.size
    return _Entry(media_type, size, str(digest), annotations)
