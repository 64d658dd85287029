"""When a registry says that something happened: RFC 3339 with any number of digits, or seconds since 1970."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAX_TEXT = 64


def read_moment(said: object) -> datetime | None:
    """The moment in UTC, or ``None`` where it cannot be told; a time without a zone is taken for UTC."""
    try:
        if isinstance(said, str) and len(said) <= MAX_TEXT:
            read = datetime.fromisoformat(said.strip())
            return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
        if isinstance(said, int | float) and not isinstance(said, bool):
            return EPOCH + timedelta(seconds=said)
    except (ValueError, OverflowError):
        return None
    return None
