"""Time, said twice: how long ago, and exactly."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tagwake.formats.report.moment_text import ago, between, exactly

NOW = datetime(2026, 11, 25, 6, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=119), "just now"),
        (timedelta(minutes=2), "2 minutes ago"),
        (timedelta(minutes=119), "119 minutes ago"),
        (timedelta(hours=2), "2 hours ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=20), "20 days ago"),
        (timedelta(days=21), "3 weeks ago"),
        (timedelta(days=90), "3 months ago"),
        (timedelta(days=1000), "2 years ago"),
    ],
)
def test_how_long_ago(passed, said):
    assert ago(NOW - passed, NOW) == said


def test_exactly_and_in_utc():
    east = timezone(timedelta(hours=2))
    assert exactly(NOW.astimezone(east)) == "2026-11-25 06:05Z"
    assert exactly(NOW, seconds=True) == "2026-11-25 06:05:30Z"


def test_between():
    assert between(NOW - timedelta(minutes=5), NOW) == "2026-11-25 06:00 to 06:05Z"
    assert between(NOW - timedelta(seconds=20), NOW) == "2026-11-25 06:05:10 to 06:05:30Z"
    assert between(NOW - timedelta(days=1), NOW) == "2026-11-24 06:05 to 2026-11-25 06:05Z"
