"""How much time a picture shows: the parameter ``span`` of a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tagwake.core.history import Move
from tagwake.faces.service.question import BadQuestion
from tagwake.formats.report.time_axis import TimeAxis

SPANS = {
    "7d": ("7 days", timedelta(days=7)),
    "30d": ("30 days", timedelta(days=30)),
    "90d": ("90 days", timedelta(days=90)),
    "1y": ("a year", timedelta(days=365)),
}
ALL = "all"
ENOUGH = 8
"""So many moves make a picture: where nothing is asked for, the shortest span that shows them is chosen."""
_LEAST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time.

    :param name: as in the URL.
    """

    name: str
    axis: TimeAxis


def choose(asked: str | None, lanes: Sequence[Sequence[Move]], now: datetime) -> Span:
    """The span that was asked for, else the one that fits the moves.

    :param lanes: the moves of each tag that is shown, newest first.
    :raises BadQuestion: for a span that there is not.
    """
    if asked is not None and asked != ALL and asked not in SPANS:
        raise BadQuestion("span", f"span is one of {', '.join(SPANS)} or {ALL}")
    name = asked or _fitting(lanes, now)
    if name in SPANS:
        return Span(name, TimeAxis(now - SPANS[name][1], now))
    oldest = min((moves[-1].seen_at for moves in lanes if moves), default=now)
    return Span(ALL, TimeAxis(min(oldest, now - _LEAST), now))


def _fitting(lanes: Sequence[Sequence[Move]], now: datetime) -> str:
    total = sum(map(len, lanes))
    wanted = min(total, max(ENOUGH, 2 * len(lanes)))
    for name, (_, length) in SPANS.items():
        inside = sum(move.seen_at >= now - length for moves in lanes for move in moves)
        if inside >= wanted:
            return name
    return ALL
