"""A tag's history as one source tells it: its moves, and how complete they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tagwake.core.history import Gap, Move
from tagwake.core.reference import Stream


@dataclass(frozen=True, slots=True)
class LogRange:
    """Which moves are asked for: seen from ``since`` on and before ``until``, and of those the newest ``limit``."""

    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None

    def covers(self, moment: datetime) -> bool:
        """Whether a move seen at this moment is asked for."""
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class TagLog:
    """What one source tells of a tag.

    :param source: who answered, for machines: a URL, ``store``, ``git``.
    :param teller: who answered, as a sentence names them.
    :param account: how complete that is, in a sentence or two for people; empty where nothing is to be said.
    :param moves: newest first.
    :param gaps: times in which the source was not looking, oldest first.
    :param complete_since: from when on no move is missing but in the gaps; ``None`` where that cannot be said.
    :param older: how many more moves it knows in the range that was asked for.
    """

    stream: Stream
    source: str
    teller: str
    account: str
    moves: tuple[Move, ...]
    gaps: tuple[Gap, ...] = ()
    complete_since: datetime | None = None
    older: int = 0


def in_range(moves: Sequence[Move], asked: LogRange) -> tuple[tuple[Move, ...], int]:
    """The moves that are asked for, newest first, and how many more there are; ``moves`` are all, oldest first."""
    covered = [move for move in reversed(moves) if asked.covers(move.seen_at)]
    chosen = covered if asked.limit is None else covered[: asked.limit]
    return tuple(chosen), len(covered) - len(chosen)


def gaps_in_range(gaps: Sequence[Gap], asked: LogRange) -> tuple[Gap, ...]:
    """The gaps of which some part is asked for."""
    return tuple(
        gap
        for gap in gaps
        if (asked.since is None or gap.end > asked.since) and (asked.until is None or gap.start < asked.until)
    )
