"""A moment as RFC 3339 writes it: what times in the shapes of a history, and in questions for one, are written in."""

import re
from datetime import UTC, datetime, timedelta

from tagwake.core.errors import InvalidInput

MAX_TEXT = 64
"""Characters of a time: RFC 3339 sets no limit to its fraction, and nobody writes more than nanoseconds."""

_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,30}))?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_TICK = timedelta(microseconds=1)


def read_moment(text: str, *, up: bool = False) -> datetime:
    """The moment in UTC (RFC 3339, section 5.6); finer than a microsecond is cut off.

    :param up: go up to the next microsecond instead: for an end that is compared with "earlier than".
    :raises InvalidInput: where it is none, has no offset, or lies outside the years 1 to 9999.
    """
    found = _RFC3339.fullmatch(text) if len(text) <= MAX_TEXT else None
    problem = InvalidInput(
        f"{text[:MAX_TEXT]!r} is no time as RFC 3339 writes it, such as 2026-03-01T10:00:00Z"
    )
    if found is None:
        raise problem
    day, clock, fraction, offset = found.groups()
    digits = (fraction or "").ljust(6, "0")
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}.{digits[:6]}{offset.upper()}").astimezone(UTC)
        return moment + _TICK if up and digits[6:].strip("0") else moment
    except (ValueError, OverflowError) as error:
        raise problem from error


def write_moment(moment: datetime) -> str:
    """The moment in UTC with three digits of a second, as history is kept: ``2024-03-01T09:15:02.118Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
