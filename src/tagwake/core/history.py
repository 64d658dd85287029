"""A tag's history: the same set of sightings, in any order and with duplicates, gives the same moves.

The timeline is a function of a *set* of sightings. They are put in the order of ``seen_at``; a run of neighbours that
saw the same digest is one state, and a move lies between two states: after the last sighting of the old one, and at
the latest at the first sighting of the new one. Nothing is told of what lies between two sightings.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tagwake.core.digest import Digest
from tagwake.core.sighting import Sighting
from tagwake.core.state import State, order, states_of

__all__ = ["Gap", "Move", "MoveEvent", "Timeline", "event_of", "moves_between", "moves_of", "order"]


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


def moves_of(sightings: Iterable[Sighting]) -> tuple[Move, ...]:
    """The moves of one tag, oldest first, from all sightings of it in any order, duplicates included."""
    return moves_between(states_of(sightings))


def moves_between(states: Iterable[State]) -> tuple[Move, ...]:
    """The moves that lead from state to state; none leads to an absence that came first."""
    moves: list[Move] = []
    targets: set[Digest] = set()
    before: State | None = None
    for state in states:
        previous = None if before is None else before.digest
        if state.digest is not None or previous is not None:
            moves.append(
                Move(
                    position=len(moves) + 1,
                    event=event_of(previous, state.digest),
                    digest=state.digest,
                    previous=previous,
                    seen_at=state.seen_at,
                    not_before=None if before is None else before.last_seen_at,
                    claimed_at=state.claimed_at,
                    how=state.how,
                    rollback=state.digest in targets,
                )
            )
            if state.digest is not None:
                targets.add(state.digest)
        before = state
    return tuple(moves)


def event_of(old: Digest | None, new: Digest | None) -> MoveEvent:
    """What a move from ``old`` to ``new`` is; ``None`` is absence."""
    if new is None:
        return MoveEvent.DELETED
    return MoveEvent.CREATED if old is None else MoveEvent.MOVED
