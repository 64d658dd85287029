"""An axis of time, left to right: where a moment lies on it, and which moments are written beneath it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MOST_TICKS = 8
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_EVEN_STEPS = tuple([hours * _HOUR for hours in (1, 2, 3, 6, 12)] + [days * _DAY for days in (1, 2, 7, 14)])
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
_MONTH = timedelta(days=30)
_MONDAY = datetime(2001, 1, 1, tzinfo=UTC)
_ROOM = (3.5, 85.0)
"""Percent of the axis between which a moment is written: before it a text would leave the picture, behind it stands "now"."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment that is written beneath the axis.

    :param place: percent of the axis.
    """

    place: float
    text: str


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Time from ``start`` to ``end``, which lies after it."""

    start: datetime
    end: datetime

    def place(self, moment: datetime) -> float:
        """Where the moment lies, in percent; what lies outside is put at the nearer end."""
        share = (moment - self.start) / (self.end - self.start)
        return round(100 * min(max(share, 0.0), 1.0), 3)

    def ticks(self) -> tuple[Tick, ...]:
        """At most eight moments at even distances, none too near to an end for its text."""
        form, moments = self._moments()
        placed = [(self.place(moment), f"{moment:{form}}") for moment in moments]
        return tuple(Tick(place, text) for place, text in placed if _ROOM[0] <= place <= _ROOM[1])

    def _moments(self) -> tuple[str, list[datetime]]:
        length = self.end - self.start
        for step in _EVEN_STEPS:
            if length <= step * MOST_TICKS:
                form = (
                    "%H:%M" if step < _DAY and length <= _DAY else "%d %b %H:%M" if step < _DAY else "%d %b"
                )
                return form, list(_even(self, step))
        for months in _MONTH_STEPS:
            if length <= months * _MONTH * MOST_TICKS:
                break
        else:
            months = _MONTH_STEPS[-1]
        return ("%Y" if months >= 12 else "%b %Y"), list(_monthly(self, months))


def _even(axis: TimeAxis, step: timedelta) -> Iterator[datetime]:
    moment = _MONDAY + -(-(axis.start - _MONDAY) // step) * step
    while moment < axis.end:
        yield moment
        moment += step


def _monthly(axis: TimeAxis, months: int) -> Iterator[datetime]:
    number = axis.start.year * 12 // months * months
    while True:
        year, month = divmod(number, 12)
        if year > axis.end.year:
            return
        moment = datetime(year, month + 1, 1, tzinfo=UTC)
        if axis.start <= moment < axis.end:
            yield moment
        number += months
