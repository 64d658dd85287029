"""A tag's history: the same set of sightings, in any order and with duplicates, gives the same moves.

The timeline is a function of a *set* of sightings. They are put in the order of ``seen_at``; a run of neighbours that
saw the same digest is one state, and a move lies between two states: after the last sighting of the old one, and at
the latest at the first sighting of the new one. Nothing is told of what lies between two sightings.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from tagwake.core.digest import Digest
from tagwake.core.sighting import Sighting


class MoveEvent(StrEnum):
    """What a move was (``log --format json``)."""

    CREATED = "created"
    MOVED = "moved"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Move:
    """A change of what a tag points to.

    :param position: counts the moves of this tag as known now, from 1; derived, and no cursor.
    :param digest: the new target, ``None`` where the tag was deleted.
    :param previous: the old target, ``None`` where there was none, or nothing is known of it.
    :param seen_at: the first time the new state was seen.
    :param not_before: the last time the old state was seen; ``None`` where nobody had looked before.
    :param claimed_at: the earliest time that a registry claimed for it.
    :param how: how the first sighting of the new state came about.
    :param rollback: whether the digest was the tag's target before.
    """

    position: int
    event: MoveEvent
    digest: Digest | None
    previous: Digest | None
    seen_at: datetime
    not_before: datetime | None
    claimed_at: datetime | None
    how: str
    rollback: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nobody was looking: both ends are looks."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Timeline:
    """A tag's moves, oldest first, and the gaps in watching it.

    :param watched_since: our first own sighting, ``None`` where all is imported.
    """

    moves: tuple[Move, ...] = ()
    gaps: tuple[Gap, ...] = ()
    watched_since: datetime | None = None


def order(sighting: Sighting) -> tuple[datetime, str, bool, str, datetime]:
    """The order in which sightings are folded: by time, and where two are of one moment by what they saw.

    What has no order of its own in the world (two looks in the same microsecond) has one here, so that the fold is a
    function of the set.
    """
    digest = "~" if sighting.digest is None else str(sighting.digest)
    return (
        sighting.seen_at,
        digest,
        not sighting.is_own,
        sighting.how,
        sighting.claimed_at or sighting.seen_at,
    )


def moves_of(sightings: Iterable[Sighting]) -> tuple[Move, ...]:
    """The moves of one tag, oldest first, from all sightings of it in any order, duplicates included."""
    moves: list[Move] = []
    targets: set[Digest] = set()
    current: Digest | None = None
    last_seen: datetime | None = None
    for digest, run in groupby(sorted(set(sightings), key=order), key=lambda sighting: sighting.digest):
        state = list(run)
        if digest is not None or current is not None:
            claims = [sighting.claimed_at for sighting in state if sighting.claimed_at is not None]
            moves.append(
                Move(
                    position=len(moves) + 1,
                    event=_event(current, digest),
                    digest=digest,
                    previous=current,
                    seen_at=state[0].seen_at,
                    not_before=last_seen,
                    claimed_at=min(claims, default=None),
                    how=state[0].how,
                    rollback=digest in targets,
                )
            )
            if digest is not None:
                targets.add(digest)
        current, last_seen = digest, state[-1].seen_at
    return tuple(moves)


def _event(old: Digest | None, new: Digest | None) -> MoveEvent:
    if new is None:
        return MoveEvent.DELETED
    return MoveEvent.CREATED if old is None else MoveEvent.MOVED
