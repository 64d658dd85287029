"""Moments and times as people read them: how long ago, and exactly when, in UTC."""

from datetime import UTC, datetime, timedelta

from tagwake.formats.report.count import count

SHORT = timedelta(minutes=2)
"""What is shorter is told in seconds, or not at all."""
_STEPS = (
    (timedelta(days=730), timedelta(days=365), "year"),
    (timedelta(days=60), timedelta(days=30), "month"),
    (timedelta(days=21), timedelta(days=7), "week"),
    (timedelta(days=2), timedelta(days=1), "day"),
    (timedelta(hours=2), timedelta(hours=1), "hour"),
    (SHORT, timedelta(minutes=1), "minute"),
)
"""From which length on a unit is used, the unit, and its name: every one is used from two of it on, so that 6 days stay 6 days."""


def ago(moment: datetime, now: datetime) -> str:
    """``6 days ago``; ``just now`` for less than two minutes, and for what lies ahead of our clock."""
    passed = now - moment
    return "just now" if passed < SHORT else f"{length(passed)} ago"


def length(time: timedelta) -> str:
    """``6 days``, ``3 weeks``: in the largest unit of which there are two."""
    for least, unit, name in _STEPS:
        if time >= least:
            return count(time // unit, name)
    return count(max(int(time.total_seconds()), 0), "second")


def exactly(moment: datetime, *, seconds: bool = False) -> str:
    """``2026-11-19 06:05Z``."""
    return f"{moment.astimezone(UTC):{'%Y-%m-%d %H:%M:%S' if seconds else '%Y-%m-%d %H:%M'}}Z"


def between(start: datetime, end: datetime) -> str:
    """``2026-11-19 06:05 to 06:10Z``; the day twice where it is another, seconds where it takes them to tell the two apart."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    clock = "%H:%M:%S" if end - start < SHORT else "%H:%M"
    day = "" if start.date() == end.date() else f"{end:%Y-%m-%d} "
    return f"{start:%Y-%m-%d} {start:{clock}} to {day}{end:{clock}}Z"
