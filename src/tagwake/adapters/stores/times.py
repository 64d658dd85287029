"""Times in the database: milliseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

DAY = 86_400_000
"""Milliseconds of a day."""


def to_milliseconds(time: datetime) -> int:
    """The number that stands for a time; what is finer is cut off."""
    return (time - _EPOCH) // _MILLISECOND


def from_milliseconds(number: int) -> datetime:
    """The time that a number stands for."""
    return _EPOCH + number * _MILLISECOND


def cut(time: datetime) -> datetime:
    """The time as the database keeps it, in UTC."""
    if time.tzinfo is UTC and time.microsecond % 1000 == 0:
        return time
    return from_milliseconds(to_milliseconds(time))
