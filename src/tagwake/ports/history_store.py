"""Where tags have been: what was seen is kept, and the timeline follows from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from tagwake.core.digest import Digest
from tagwake.core.event import Event
from tagwake.core.history import Move, Timeline
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting


class Certainty(StrEnum):
    """How much is known of a tag at a moment."""

    EXACT = "exact"
    """It was seen with this target before the moment and after it, or this is its target as last seen."""
    WITHIN = "within"
    """The moment lies in the interval of a move: it was the old target or the new one."""
    UNKNOWN = "unknown"
    """Nobody had looked by then."""


@dataclass(frozen=True, slots=True)
class Live:
    """What a tag was at a moment: the target by the last sighting before it, and what it may have been meanwhile.

    :param digest: ``None`` where the tag was absent, or nothing is known.
    :param candidate: the other target, where ``certainty`` is ``within``; ``None`` where that was absence.
    """

    certainty: Certainty
    digest: Digest | None = None
    candidate: Digest | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """A time in which a tag pointed to a digest, as first and last seen; ``until`` is ``None`` while it still does."""

    stream: Stream
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """What a look told of a digest, where anybody looked."""

    media_type: str | None
    size: int | None


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
        """Fold many at once; it tells nothing but what contradicts what was told (``tag.corrected``)."""
        ...

    def timeline(self, stream: Stream) -> Timeline:
        """All that is known of a tag; empty for one that was never seen."""
        ...

    def newest_moves(self, stream: Stream, limit: int, before: datetime | None = None) -> tuple[Move, ...]:
        """Moves newest first, those seen before ``before``."""
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
        """Media type and size of a digest."""
        ...

    def streams(self, registry: str, repository: str) -> tuple[Stream, ...]:
        """The tags of a repository, by name."""
        ...
