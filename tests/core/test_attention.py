from datetime import UTC, datetime, timedelta

import pytest

from tagwake.core.attention import SLACK, gap_before
from tagwake.core.history import Gap

LAST = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("interval", "passed", "is_gap"),
    [
        (HOUR, HOUR, False),
        (HOUR, 2 * HOUR, False),
        (HOUR, 2 * HOUR + timedelta(seconds=1), True),
        (HOUR, 20 * HOUR, True),
        (timedelta(0), SLACK, False),
        (timedelta(0), SLACK + timedelta(seconds=1), True),
        (timedelta(seconds=30), timedelta(seconds=330), False),
        (timedelta(seconds=30), timedelta(seconds=331), True),
        (-HOUR, SLACK, True),
        (HOUR, timedelta(seconds=1), False),
    ],
)
def test_a_look_that_is_late_by_more_than_its_interval_leaves_a_gap(
    interval: timedelta, passed: timedelta, is_gap: bool
) -> None:
    now = LAST + passed
    assert gap_before(LAST, LAST + interval, now) == (Gap(LAST, now) if is_gap else None)


def test_before_the_first_look_there_is_no_gap() -> None:
    assert gap_before(None, None, LAST) is None
