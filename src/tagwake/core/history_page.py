"""Pages of a tag's history, newest first, such that a reader who goes on from the last loses no move.

Several moves can be of one moment, and a late sighting can shift positions; so a cursor says how many moves of its
moment were passed, and neither a time alone nor a position.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidInput
from tagwake.core.history import Move

Fetch = Callable[[int, datetime | None], Sequence[Move]]
"""At most so many moves of a tag, newest first, those seen before a moment."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_STEP = timedelta(milliseconds=1)
_CURSOR = re.compile(r"(-?[0-9]{1,18})\.([0-9]{1,9})", re.ASCII)
_WIDER = 4


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two moves: ``passed`` moves of this moment, counted from the newest, lie before it."""

    moment: datetime
    passed: int

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Read what :func:`str` gives.

        :raises InvalidInput: where it is none.
        """
        found = _CURSOR.fullmatch(text)
        problem = InvalidInput("this is no cursor: use the one of the page before, as it is")
        if found is None:
            raise problem
        try:
            return cls(_EPOCH + int(found[1]) * _TICK, int(found[2]))
        except OverflowError:
            raise problem from None

    def __str__(self) -> str:
        return f"{(self.moment - _EPOCH) // _TICK}.{self.passed}"


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """Which moves of a tag are asked for, newest first.

    :param limit: at most so many; none for 0.
    :param before: those that were seen strictly before; ``since``: strictly after.
    :param digest: those to this digest, and the deletions of it.
    :param after: where the page before has ended.
    """

    limit: int
    before: datetime | None = None
    since: datetime | None = None
    digest: Digest | None = None
    after: Cursor | None = None

    def wants(self, move: Move) -> bool:
        """Whether the move is asked for, wherever the pages stand."""
        return (
            (self.before is None or move.seen_at < self.before)
            and (self.since is None or move.seen_at > self.since)
            and self.digest in (None, subject(move))
        )


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Moves newest first, and where the next page begins; ``None`` where this is the last."""

    moves: tuple[Move, ...]
    next: Cursor | None = None


def subject(move: Move) -> Digest | None:
    """The digest that a move is about: the new target, or the one that was deleted."""
    return move.previous if move.digest is None else move.digest


def select(fetch: Fetch, query: HistoryQuery) -> HistoryPage:
    """The page that is asked for; it reads on until the page is full or there is nothing more."""
    if query.limit <= 0:
        return HistoryPage(())
    passed = query.after.passed if query.after is not None else 0
    window = query.limit + passed + 1
    while True:
        rows = fetch(window, _newest(query))
        chosen = [index for index in _following(rows, query.after) if query.wants(rows[index])]
        is_all = len(rows) < window or (query.since is not None and rows[-1].seen_at <= query.since)
        if len(chosen) > query.limit or is_all:
            break
        window *= _WIDER
    told = chosen[: query.limit]
    return HistoryPage(
        tuple(rows[index] for index in told), _behind(rows, told[-1]) if len(chosen) > len(told) else None
    )


def _newest(query: HistoryQuery) -> datetime | None:
    """What is to be fetched was seen before this, rounded up to the millisecond that a store keeps."""
    ends = [query.before] if query.before is not None else []
    if query.after is not None and query.after.moment < datetime.max.replace(tzinfo=UTC) - 2 * _STEP:
        ends.append(query.after.moment + _STEP)
    if not ends:
        return None
    end = min(ends)
    over = end.microsecond % 1000
    is_last = end > datetime.max.replace(tzinfo=UTC) - _STEP
    return end if over == 0 or is_last else end + timedelta(microseconds=1000 - over)


def _following(rows: Sequence[Move], cursor: Cursor | None) -> Sequence[int]:
    """The places of the moves that follow the cursor."""
    if cursor is None:
        return range(len(rows))
    at_moment = [index for index, move in enumerate(rows) if move.seen_at == cursor.moment]
    skipped = set(at_moment[: cursor.passed])
    return [
        index for index, move in enumerate(rows) if move.seen_at <= cursor.moment and index not in skipped
    ]


def _behind(rows: Sequence[Move], place: int) -> Cursor:
    moment = rows[place].seen_at
    return Cursor(moment, sum(move.seen_at == moment for move in rows[: place + 1]))
