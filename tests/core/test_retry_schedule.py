from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.retry_schedule import ATTEMPTS, JITTER, LONGEST_REST, SHORTEST, next_attempt

START = datetime(2026, 1, 1, tzinfo=UTC)
chances = st.floats(0, 1, exclude_max=True)


def test_the_schedule_is_that_of_standard_webhooks() -> None:
    times, now, failed = [START], START, 1
    while (due := next_attempt(failed, now, None, 0.0)) is not None:
        times.append(due)
        now, failed = due, failed + 1
    delays = [str(later - earlier) for earlier, later in pairwise(times)]
    assert delays == [
        "0:00:05",
        "0:05:00",
        "0:30:00",
        "2:00:00",
        "5:00:00",
        "10:00:00",
        "14:00:00",
        "20:00:00",
        "1 day, 0:00:00",
    ]
    assert len(times) == ATTEMPTS == 10
    assert now - START == SHORTEST == timedelta(hours=75, minutes=35, seconds=5)


@given(st.lists(st.tuples(chances, st.none() | st.floats(0, 1e9)), min_size=ATTEMPTS, max_size=ATTEMPTS))
def test_nothing_is_given_up_before_three_days(answers: list[tuple[float, float | None]]) -> None:
    now, failed = START, 1
    for chance, asked in answers:
        due = next_attempt(failed, now, asked, chance)
        if due is None:
            break
        assert due - now >= timedelta(seconds=min(asked or 0, LONGEST_REST.total_seconds()))
        assert due - now <= LONGEST_REST * (1 + JITTER)
        now, failed = due, failed + 1
    assert failed == ATTEMPTS
    assert now - START >= timedelta(days=3)


@pytest.mark.parametrize(("asked", "seconds"), [(None, 5), (0, 5), (3, 5), (600, 600), (1e9, 86_400)])
def test_a_receivers_wish_is_obeyed_up_to_a_day(asked: float | None, seconds: float) -> None:
    assert next_attempt(1, START, asked, 0.0) == START + timedelta(seconds=seconds)


@given(st.integers(1, ATTEMPTS - 1), chances)
def test_chance_only_lengthens(failed: int, chance: float) -> None:
    least, due = (next_attempt(failed, START, None, value) for value in (0.0, chance))
    assert least is not None
    assert due is not None
    assert least <= due <= START + (least - START) * (1 + JITTER)
