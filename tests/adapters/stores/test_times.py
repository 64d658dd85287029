from datetime import UTC, datetime, timedelta, timezone

import pytest

from tagwake.adapters.stores.times import from_milliseconds, to_milliseconds

NOON = datetime(2026, 1, 1, 12, 0, 0, 123_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("time", "number"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(1, 1, 1, tzinfo=UTC), -62_135_596_800_000),
        (datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), -1),
        (NOON, 1_767_268_800_123),
        (NOON + timedelta(microseconds=999), 1_767_268_800_123),
        (NOON.astimezone(timezone(timedelta(hours=-7))), 1_767_268_800_123),
    ],
)
def test_a_time_is_its_milliseconds(time, number):
    assert to_milliseconds(time) == number
    assert timedelta(0) <= time - from_milliseconds(number) < timedelta(milliseconds=1)
    assert from_milliseconds(number).tzinfo is UTC
