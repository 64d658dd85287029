"""How far a pin is behind its tag, as far as somebody recorded the moves between."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tagwake.core.digest import Digest
from tagwake.core.history import Move


@dataclass(frozen=True, slots=True)
class Lag:
    """What a history tells of a pin that is behind.

    :param first_seen: when the tag's digest was first seen there, ``None`` where the history has it not.
    :param moves: how many moves lie between the pinned digest and the tag's; ``None`` where it has one of them not.
    :param since: when the tag left the pinned digest, ``None`` as above.
    """

    first_seen: datetime | None = None
    moves: int | None = None
    since: datetime | None = None


def lag_of(moves: Sequence[Move], old: Digest, new: Digest) -> Lag:
    """How far ``old`` is behind ``new``; the last time that the tag was each counts, and a deletion is no move to take.

    :param moves: of the tag, all of them, oldest first.
    """
    targets = [move for move in moves if move.digest is not None]
    first_seen = next((move.seen_at for move in targets if move.digest == new), None)
    ahead = _last(targets, new, len(targets))
    behind = _last(targets, old, ahead)
    if ahead < 0 or behind < 0:
        return Lag(first_seen)
    return Lag(first_seen, ahead - behind, targets[behind + 1].seen_at)


def _last(moves: Sequence[Move], digest: Digest, before: int) -> int:
    return next((place for place in range(before - 1, -1, -1) if moves[place].digest == digest), -1)
