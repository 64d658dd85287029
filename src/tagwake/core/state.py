"""A state of a tag: a run of neighbouring sightings of one digest, and what is kept of it when the sightings are gone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from tagwake.core.digest import Digest
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting


@dataclass(frozen=True, slots=True)
class State:
    """What a tag was for a time.

    :param digest: ``None`` where the tag was absent.
    :param seen_at: its first sighting, and ``how`` that came about.
    :param last_seen_at: its last sighting, and ``last_how`` that came about.
    :param claimed_at: the earliest time that a registry claimed for it.
    :param own_seen_at: our own first sighting of it, and ``own_how``; ``None`` where all is imported.
    """

    digest: Digest | None
    seen_at: datetime
    how: str
    last_seen_at: datetime
    last_how: str
    claimed_at: datetime | None = None
    own_seen_at: datetime | None = None
    own_how: str | None = None


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


def states_of(sightings: Iterable[Sighting]) -> tuple[State, ...]:
    """The states of one tag, oldest first, from all sightings of it in any order, duplicates included."""
    return tuple(
        _state(digest, list(run))
        for digest, run in groupby(sorted(sightings, key=order), key=lambda sighting: sighting.digest)
    )


def _state(digest: Digest | None, run: Sequence[Sighting]) -> State:
    first, last = run[0], run[-1]
    own = next((sighting for sighting in run if sighting.is_own), None)
    return State(
        digest=digest,
        seen_at=first.seen_at,
        how=first.how,
        last_seen_at=last.seen_at,
        last_how=last.how,
        claimed_at=min((seen.claimed_at for seen in run if seen.claimed_at is not None), default=None),
        own_seen_at=None if own is None else own.seen_at,
        own_how=None if own is None else own.how,
    )


def remembered(stream: Stream, states: Iterable[State], raw: Sequence[Sighting] = ()) -> list[Sighting]:
    """Sightings that fold into these states together with the raw ones, where not all sightings are at hand.

    Of each state the first, the last and our own first sighting stand for all; where a raw one is the same sighting,
    it stands for itself.

    :param raw: sightings that were folded into these states.
    """
    at_hand = {(seen.seen_at, seen.digest, seen.how) for seen in raw}
    made: list[Sighting] = []
    for state in states:
        corners = [
            (state.seen_at, state.how, None if _is_claimed_in(raw, state) else state.claimed_at),
            (state.last_seen_at, state.last_how, None),
            (state.own_seen_at, state.own_how, None),
        ]
        made += [
            Sighting(stream, seen_at, state.digest, how, claim)
            for seen_at, how, claim in corners
            if seen_at is not None and how is not None
            if claim is not None or (seen_at, state.digest, how) not in at_hand
        ]
    return made


def _is_claimed_in(raw: Sequence[Sighting], state: State) -> bool:
    return state.claimed_at is not None and any(
        seen.claimed_at == state.claimed_at
        and seen.digest == state.digest
        and state.seen_at <= seen.seen_at <= state.last_seen_at
        for seen in raw
    )
