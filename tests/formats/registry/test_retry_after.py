from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.formats.registry.retry_after import read_date, read_retry_after

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("Thu, 01 Jan 2026 12:00:30 GMT", 30),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0),
        ("Thursday, 01-Jan-26 12:01:00 GMT", 60),
        ("Thu Jan  1 12:00:05 2026", 5),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("9" * 30, None),
        ("x" * 100_000, None),
    ],
)
def test_seconds_and_dates(value: str, seconds: float | None) -> None:
    assert read_retry_after(value, NOON) == seconds


@given(st.text(max_size=80))
def test_any_text(value: str) -> None:
    found = read_retry_after(value, NOON)
    assert found is None or found >= 0
    date = read_date(value)
    assert date is None or date.tzinfo is not None
