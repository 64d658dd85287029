"""Where tags have been: what was seen is kept, and the timeline follows from it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tagwake.core.digest import Digest
from tagwake.core.event import Event
from tagwake.core.history import Move, Timeline
from tagwake.core.live import Live
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting


@dataclass(frozen=True, slots=True)
class Placement:
    """A time in which a tag pointed to a digest.

    :param since: when the digest was first seen there.
    :param until: when the tag was first seen elsewhere or gone; ``None`` while it still points to the digest.
    :param last_seen: the last sighting of the digest there.
    """

    stream: Stream
    since: datetime
    until: datetime | None
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What a look told of a digest, where anybody looked."""

    media_type: str | None
    size: int | None


@dataclass(frozen=True, slots=True)
class RepositoryTags:
    """A repository, how many tags of it are known, and when one of them was last seen to move."""

    registry: str
    repository: str
    tags: int
    moved_at: datetime | None


@dataclass(frozen=True, slots=True)
class TagState:
    """A tag as it is known now.

    :param moves: how many are known.
    :param digest: what it points to, ``None`` where it is gone.
    :param moved_at: when that was first seen, and ``seen_at`` when last.
    :param watched_since: our own first sighting, ``None`` where all is imported.
    """

    stream: Stream
    moves: int
    digest: Digest | None
    moved_at: datetime
    seen_at: datetime
    watched_since: datetime | None


@dataclass(frozen=True, slots=True)
class TagMove:
    """A move, and the tag that moved."""

    stream: Stream
    move: Move


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, each by name, and no more of a kind than was asked for."""

    repositories: tuple[RepositoryTags, ...] = ()
    streams: tuple[Stream, ...] = ()
    digests: tuple[Digest, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did: sightings read, moves that are new, and events of correction told."""

    sightings: int
    moves: int
    corrected: int


class HistoryStore(Protocol):
    """The history of all tags. Every method is one whole transaction; times are UTC and kept to the millisecond."""

    def record(self, sighting: Sighting, *, now: datetime) -> tuple[Event, ...]:
        """Fold one sighting into the history, and tell what is new; what is known already tells nothing."""
        ...

    def import_sightings(self, sightings: Iterable[Sighting], *, now: datetime) -> ImportResult:
        """Fold many at once; it tells nothing but what contradicts what was told (``tag.corrected``).

        A large import is committed in parts. One that was interrupted is begun again: what is known changes nothing.
        """
        ...

    def timeline(self, stream: Stream) -> Timeline:
        """All that is known of a tag; empty for one that was never seen."""
        ...

    def newest_moves(
        self, stream: Stream, limit: int, before: datetime | None = None, below: int | None = None
    ) -> tuple[Move, ...]:
        """Moves newest first, those seen before ``before``.

        :param below: those seen at ``before`` itself count as well where their position is smaller: with the last
            move's ``seen_at`` and ``position`` a reader pages on and loses none that were seen at the same moment.
        """
        ...

    def live(self, stream: Stream, at: datetime) -> Live:
        """What the tag was at a moment."""
        ...

    def tags_of(self, digest: Digest) -> tuple[Placement, ...]:
        """Every tag that the digest was ever under, oldest first."""
        ...

    def first_seen(self, stream: Stream, digest: Digest | None = None) -> datetime | None:
        """When we first saw the digest (the current one where none is named) under the tag; imports do not count."""
        ...

    def known(self, digest: Digest) -> Known | None:
        """Media type and size of a digest; ``None`` for one that no tag was ever seen to point to."""
        ...

    def known_all(self, digests: Collection[Digest]) -> Mapping[Digest, Known]:
        """Media type and size of each of these that a tag was ever seen to point to."""
        ...

    def streams(self, registry: str, repository: str) -> tuple[Stream, ...]:
        """The tags of a repository, by name."""
        ...

    def tag(self, stream: Stream) -> TagState | None:
        """A tag as it is known now; ``None`` for one that was never there."""
        ...

    def tags(
        self,
        registry: str,
        repository: str,
        limit: int,
        *,
        start: str = "",
        after: tuple[datetime, str] | None = None,
    ) -> tuple[TagState, ...]:
        """The tags of a repository that begin with ``start``, what moved last first, then by name.

        :param after: ``moved_at`` and the name of the last of the page before.
        """
        ...

    def repositories(self, limit: int, after: tuple[str, str] | None = None) -> tuple[RepositoryTags, ...]:
        """Repositories by registry and name, those after ``after``."""
        ...

    def recent(self, limit: int) -> tuple[TagMove, ...]:
        """The last move of each tag that moved lately, newest first; imported ones count."""
        ...

    def find(self, text: str, limit: int) -> Found:
        """What somebody may mean who types this: a part of a repository's name, an image, a tag's start, a digest's start."""
        ...

    def prune(self, *, now: datetime) -> int:
        """Forget raw sightings whose time has run out (how many); the timeline stays what it is."""
        ...
