"""Whether a source of hooks appears dead: polling finds what it should have told.

Registries stop silently: some switch a webhook off after a few failures, others lose what waits when they restart.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tagwake.core.finding import POLL

MANY = 3
"""Moves that were found by polling alone, after which a source appears dead; fewer may be hooks on their way."""


@dataclass(frozen=True, slots=True)
class SeenMove:
    """A move, as far as it tells of hooks: at which registry, when it was seen, and how (``Sighting.how``)."""

    registry: str
    seen_at: datetime
    how: str


def missed_moves(
    kind: str, registry: str | None, last_word_at: datetime | None, moves: Iterable[SeenMove]
) -> int:
    """How many of the moves a source has not told of: those at its registry that polling found since its last word.

    :param registry: whose images it tells of; where that is not known, those that hooks of its kind have told of.
    :param last_word_at: its last delivery; a source that was never heard is not silent, it is not set up.
    """
    if last_word_at is None:
        return 0
    known = tuple(moves)
    registries = {registry} if registry else {move.registry for move in known if move.how == f"hook:{kind}"}
    return sum(
        move.how == POLL and move.registry in registries and move.seen_at > last_word_at for move in known
    )
