import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.patience import Patience
from tagwake.core.resolution import Failure

PATIENCE = Patience(attempt=20, question=90, attempts=4, first_wait=0.5, longest_wait=60)


@pytest.mark.parametrize("failure", [Failure.CONNECTION, Failure.SERVER, Failure.DNS])
def test_what_may_pass_is_tried_four_times_with_doubling_waits(failure: Failure) -> None:
    assert [PATIENCE.wait(failure, done, 0, None, 0.0) for done in (1, 2, 3, 4)] == [0.25, 0.5, 1.0, None]


def test_a_time_out_is_tried_twice() -> None:
    assert PATIENCE.wait(Failure.TIMEOUT, 1, 20, None, 0.0) == 0.25
    assert PATIENCE.wait(Failure.TIMEOUT, 2, 41, None, 0.0) is None


@pytest.mark.parametrize("failure", [Failure.TLS, Failure.GARBAGE, Failure.NOT_FOUND, Failure.UNAUTHORIZED])
def test_what_lasts_is_not_tried_again(failure: Failure) -> None:
    assert PATIENCE.wait(failure, 1, 0, None, 0.0) is None


def test_a_wish_to_be_left_alone_is_obeyed_up_to_a_limit() -> None:
    assert PATIENCE.wait(Failure.RATE_LIMITED, 1, 0, 60, 0.0) == 60.25
    assert PATIENCE.wait(Failure.RATE_LIMITED, 1, 0, 61, 0.0) is None
    assert PATIENCE.wait(Failure.RATE_LIMITED, 1, 0, 0, 0.0) == 0.25


def test_a_host_with_too_many_requests_is_asked_again_as_long_as_there_is_time() -> None:
    waits = [PATIENCE.wait(Failure.RATE_LIMITED, done, 0, None, 0.0) for done in range(1, 10)]
    assert waits == [0.25, 0.5, 1, 2, 4, 8, 16, 30, 30]
    assert PATIENCE.wait(Failure.RATE_LIMITED, 9, 61, None, 0.0) is None
    assert PATIENCE.wait(Failure.RATE_LIMITED, 5_000, 0, None, 0.0) == 30


def test_no_attempt_is_made_after_the_end() -> None:
    assert PATIENCE.wait(Failure.SERVER, 1, 89.5, None, 0.0) == 0.25
    assert PATIENCE.wait(Failure.SERVER, 1, 89.8, None, 0.0) is None
    assert PATIENCE.wait(Failure.RATE_LIMITED, 1, 40, 55, 0.0) is None


@given(
    st.sampled_from(Failure),
    st.integers(1, 10),
    st.floats(0, 200),
    st.none() | st.floats(0, 1e6),
    st.floats(0, 1, exclude_max=True),
)
def test_a_wait_is_never_shorter_than_asked_and_ends_in_time(
    failure: Failure, done: int, elapsed: float, asked: float | None, chance: float
) -> None:
    wait = PATIENCE.wait(failure, done, elapsed, asked, chance)
    if wait is not None:
        assert wait >= (asked or 0)
        assert elapsed + wait < PATIENCE.question
        assert done < PATIENCE.attempts or failure is Failure.RATE_LIMITED
