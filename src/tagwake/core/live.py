"""What a tag was at a moment, as far as its sightings tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tagwake.core.digest import Digest
from tagwake.core.state import State


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


def live_at(states: Sequence[State], at: datetime) -> Live:
    """What the tag was at a moment, by its states, oldest first; those right before and after the moment suffice."""
    before = [state for state in states if state.seen_at <= at]
    after = states[len(before) :]
    if not before:
        return Live(Certainty.UNKNOWN)
    if not after or at <= before[-1].last_seen_at:
        return Live(Certainty.EXACT, before[-1].digest)
    return Live(Certainty.WITHIN, before[-1].digest, after[0].digest)
