"""What is told when a tag's history becomes another: news at its end, or that what was told no longer holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tagwake.core.digest import Digest
from tagwake.core.event import Event, EventType
from tagwake.core.event_chain import chained
from tagwake.core.history import Move, moves_between
from tagwake.core.reference import Stream
from tagwake.core.state import State


@dataclass(frozen=True, slots=True)
class FirstTold:
    """The first event of a stream: what came before it was never told.

    :param seen_at: when its state was first seen, as told; ``not_before`` likewise.
    """

    digest: Digest | None
    seen_at: datetime
    not_before: datetime | None


@dataclass(frozen=True, slots=True)
class Telling:
    """An event in the making.

    :param since: of a correction: what was told of the time before it still holds.
    """

    type: EventType
    move: Move
    since: datetime | None = None


def tell(
    old: Sequence[State], new: Sequence[State], first: FirstTold | None, *, imported: bool
) -> tuple[Telling, ...]:
    """What is to be told, where a tag's states were ``old`` and are ``new``.

    What a look adds at the end is told as it is. Where something stands between what was told, where a target was not
    the one that was told, or is a rollback and was not told as one, where a move lies outside the interval that was
    told, and where an import goes on beyond what was told, one correction says so.

    :param first: ``None`` where nothing was told of the tag.
    """
    before, after = moves_between(old), moves_between(new)
    goes_on = _goes_on(old, new)
    if first is None:
        return _news(before, after) if goes_on and not imported else ()
    told, now = _from(first, before, old), _from(first, after, new)
    since = _contradicted(told, now[: len(told)], first)
    if since is None and len(now) > len(told):
        if goes_on and not imported:
            return _news(before, after)
        since = now[len(told)].seen_at
    return () if since is None else (Telling(EventType.CORRECTED, after[-1], since),)


def _goes_on(old: Sequence[State], new: Sequence[State]) -> bool:
    """Whether the last old state is still whole, so that what follows it is new."""
    if not old:
        return True
    if len(new) < len(old):
        return False
    then, now = old[-1], new[len(old) - 1]
    return now.digest == then.digest and now.last_seen_at >= then.last_seen_at


def _news(before: Sequence[Move], after: Sequence[Move]) -> tuple[Telling, ...]:
    return tuple(Telling(EventType(f"tag.{move.event}"), move) for move in after[len(before) :])


def _from(first: FirstTold, moves: Sequence[Move], states: Sequence[State]) -> Sequence[Move]:
    """The moves from the one on that leads to the state which the first event told of."""
    skipped = len(states) - len(moves)
    place = next(
        place
        for place, state in enumerate(states)
        if state.digest == first.digest and state.seen_at <= first.seen_at <= state.last_seen_at
    )
    return moves[place - skipped :]


def _contradicted(told: Sequence[Move], now: Sequence[Move], first: FirstTold) -> datetime | None:
    """From when on what was told does not hold, or ``None`` where it does."""
    for place, (then, move) in enumerate(zip(told, now, strict=False)):
        is_open = place == 0 and first.not_before is None
        if (
            then.digest != move.digest
            or then.rollback != move.rollback
            or (then.previous != move.previous and not is_open)
            or move.seen_at > then.seen_at
            or (then.not_before is not None and (move.not_before or move.seen_at) < then.not_before)
        ):
            return min(then.seen_at, move.seen_at)
    return told[len(now)].seen_at if len(now) < len(told) else None


def event_of(
    stream: Stream, telling: Telling, cursor: int, previous: str, *, immutable: bool, now: datetime
) -> Event:
    """The event that tells it.

    :param previous: the chain of the stream's event before (:mod:`tagwake.core.event_chain`).
    :param immutable: whether a rule says that the tag must not move.
    """
    move = telling.move
    event = Event(
        cursor=cursor,
        type=telling.type,
        stream=stream,
        digest=move.digest,
        previous=move.previous,
        seen_at=move.seen_at,
        not_before=move.not_before,
        claimed_at=move.claimed_at,
        how=move.how,
        rollback=move.rollback,
        immutable=immutable,
        recorded_at=now,
        chain="",
        since=telling.since,
    )
    return replace(event, chain=chained(previous, event))
