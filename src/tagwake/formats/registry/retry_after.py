"""How long a server asks to be left alone: ``Retry-After``."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]{1,9}")
_MAX_CHARACTERS = 64


def read_retry_after(value: str, now: datetime) -> float | None:
    """Seconds from now (RFC 9110, section 10.2.3: a number of seconds, or a date); ``None`` where it is neither.

    :param now: the server's own time where it tells it (``Date``), so that only one clock counts.
    """
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    date = read_date(value)
    return None if date is None else max(0.0, (date - now).total_seconds())


def read_date(value: str) -> datetime | None:
    """An HTTP date (RFC 9110, section 5.6.7), aware, in UTC; ``None`` where it is none."""
    if len(value) > _MAX_CHARACTERS:
        return None
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date
