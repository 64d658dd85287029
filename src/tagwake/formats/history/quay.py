"""Quay's shape: ``GET /api/v1/repository/<repository>/tag/``, the times in which tags lived, newest first.

Source: quay/quay, ``endpoints/api/tag.py``. A tag's row ends when another begins or when the tag is deleted; times are
whole seconds, rounded down.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import zip_longest
from urllib.parse import urlencode

import msgspec
from msgspec import UNSET, UnsetType

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidAnswer
from tagwake.core.history import Move
from tagwake.core.manifest import Descriptor
from tagwake.core.reference import Stream
from tagwake.core.sighting import IMPORT, Sighting
from tagwake.formats.history.answer import in_stated_order, read_answer, read_digest

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
HOW = f"{IMPORT}quay"

_WHAT = "its list of tags"
_LAST_SECOND = 253_402_300_799
"""The last second of the year 9999."""


class _Row(msgspec.Struct):
    name: str
    manifest_digest: str
    start_ts: int
    end_ts: int | UnsetType | None = UNSET
    reversion: bool = False
    is_manifest_list: bool = False
    size: int | None = None
    last_modified: str | UnsetType = UNSET


class _Page(msgspec.Struct):
    tags: list[_Row]
    page: int = 1
    has_additional: bool = False


@dataclass(frozen=True, slots=True)
class Lifetime:
    """A time in which a tag pointed to a digest.

    :param end: when another digest followed or the tag was deleted; ``None`` while it lives. It may lie ahead, where a
        tag is set to expire.
    """

    tag: str
    digest: Digest
    start: datetime
    end: datetime | None = None
    reversion: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as they stand in the answer, newest first, and whether another page follows."""

    lifetimes: tuple[Lifetime, ...]
    has_additional: bool


def target(repository: str, *, tag: str | None = None, page: int = 1, limit: int = MAX_LIMIT) -> str:
    """Path and query that ask for the rows of a repository, or of one tag of it."""
    query = {} if tag is None else {"specificTag": tag}
    query |= {"limit": str(limit), "page": str(page)}
    return f"/api/v1/repository/{repository}/tag/?{urlencode(query)}"


def lifetimes(tag: str, moves: Sequence[Move]) -> tuple[Lifetime, ...]:
    """The rows of a tag, newest first, from all its moves, oldest first."""
    rows = [
        Lifetime(tag, move.digest, move.seen_at, None if after is None else after.seen_at, move.rollback)
        for move, after in zip_longest(moves, moves[1:])
        if move.digest is not None
    ]
    return tuple(reversed(rows))


def encode(
    rows: Iterable[Lifetime], known: Mapping[Digest, Descriptor], *, page: int, has_additional: bool
) -> bytes:
    """One page of rows in the order in which they are given.

    :param known: what looks told of the digests; nothing is said of the others' size.
    """
    tags = [_written(row, known.get(row.digest)) for row in rows]
    return msgspec.json.encode(_Page(tags, page, has_additional))


def decode(data: bytes) -> Page:
    """One page.

    :raises InvalidAnswer: where it is none.
    """
    page = read_answer(data, _Page, _WHAT)
    rows = tuple(
        Lifetime(
            each.name,
            read_digest(each.manifest_digest, _WHAT),
            _time(each.start_ts),
            _time(each.end_ts) if isinstance(each.end_ts, int) else None,
            each.reversion,
        )
        for each in page.tags
    )
    return Page(rows, page.has_additional)


def sightings(rows: Iterable[Lifetime], stream: Stream, now: datetime) -> tuple[Sighting, ...]:
    """What the rows of all pages say that one tag was, oldest first.

    A row that ended with no other beginning in the same second was deleted then; an end that lies ahead says when a
    tag will expire, and nothing of what it was.
    """
    forever = datetime.max.replace(tzinfo=UTC)
    own = [row for row in rows if row.tag == stream.tag]
    own.reverse()  # of two rows of one second the one that stands first in the answer is the newer
    own.sort(key=lambda row: (row.start, row.end or forever))
    read: list[Sighting] = []
    for row, follower in zip_longest(own, own[1:]):
        read.append(Sighting(stream, row.start, row.digest, HOW))
        is_over = row.end is not None and row.end <= now
        if row.end is not None and is_over and (follower is None or follower.start > row.end):
            read.append(Sighting(stream, row.end, None, HOW))
    return in_stated_order(read)


def _written(row: Lifetime, descriptor: Descriptor | None) -> _Row:
    start = row.start.astimezone(UTC).replace(microsecond=0)
    return _Row(
        name=row.tag,
        manifest_digest=str(row.digest),
        start_ts=int(start.timestamp()),
        end_ts=UNSET if row.end is None else int(row.end.timestamp()),
        reversion=row.reversion,
        is_manifest_list=descriptor is not None and descriptor.is_index,
        size=None if descriptor is None else descriptor.size,
        last_modified=format_datetime(start),
    )


def _time(seconds: int) -> datetime:
    if not 0 <= seconds <= _LAST_SECOND:
        raise InvalidAnswer(f"{_WHAT} names a time that is none: {seconds} seconds")
    return datetime.fromtimestamp(seconds, UTC)
