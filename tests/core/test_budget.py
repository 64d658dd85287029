from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.budget import Budget

BUDGET = Budget(rate=2.0, burst=10.0)


def test_it_fills_with_time_up_to_the_burst() -> None:
    assert BUDGET.refilled(0, 3) == 6
    assert BUDGET.refilled(9, 3) == 10


def test_a_clock_that_went_back_adds_nothing() -> None:
    assert BUDGET.refilled(4, -100) == 4


def test_only_whole_requests_are_granted() -> None:
    assert BUDGET.granted(2.9, 5) == 2
    assert BUDGET.granted(2.9, 1) == 1
    assert BUDGET.granted(0.5, 1) == 0


@given(st.lists(st.tuples(st.floats(0, 10), st.integers(0, 20)), max_size=50))
def test_no_more_than_the_rate_and_one_burst_is_ever_granted(asked: list[tuple[float, int]]) -> None:
    tokens, elapsed, granted = BUDGET.burst, 0.0, 0
    for seconds, wanted in asked:
        elapsed += seconds
        tokens = BUDGET.refilled(tokens, seconds)
        given_now = BUDGET.granted(tokens, wanted)
        tokens -= given_now
        granted += given_now
    assert granted <= BUDGET.burst + BUDGET.rate * elapsed + 1e-6
