from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.pace import Pace


def test_a_host_that_never_complained_is_asked_at_once() -> None:
    pace = Pace()
    assert [pace.book(1.0) for _ in range(100)] == [0.0] * 100


def test_a_floor_spaces_requests_from_the_start() -> None:
    pace = Pace(floor=0.5)
    assert [pace.book(1.0) for _ in range(3)] == [0.0, 0.5, 1.0]
    assert pace.book(10.0) == 0.0


def test_after_a_complaint_everyone_rests_and_then_goes_one_by_one() -> None:
    pace = Pace()
    pace.complained(100.0, rest=7.0)
    waits = [pace.book(100.0) for _ in range(3)]
    assert waits[0] == 7.0
    assert 7.0 < waits[1] < waits[2]


def test_content_brings_the_pace_back() -> None:
    pace = Pace()
    pace.complained(0.0, rest=0.0)
    for _ in range(50):
        pace.was_content()
    pace.book(10.0)
    assert pace.book(10.0) == 0.0


def test_complaints_slow_down_to_a_limit() -> None:
    pace = Pace()
    for second in range(100):
        pace.complained(10.0 * second, rest=0.0)
    assert pace.book(2000.0) == 0.0
    assert pace.book(2000.0) == 5.0


def test_requests_that_were_under_way_together_complain_as_one() -> None:
    pace = Pace()
    for _ in range(16):
        pace.complained(100.0, rest=1.0)
    assert pace.book(200.0) == 0.0
    assert pace.book(200.0) < 0.1


@given(st.lists(st.sampled_from(["book", "complain", "content"]), max_size=60), st.floats(0, 1))
def test_no_wait_is_negative_and_booked_starts_never_go_back(events: list[str], floor: float) -> None:
    pace, now, last = Pace(floor), 0.0, 0.0
    for event in events:
        now += 0.01
        if event == "book":
            wait = pace.book(now)
            assert wait >= 0
            assert now + wait >= last - 1e-9
            last = now + wait
        elif event == "complain":
            pace.complained(now, rest=0.5)
        else:
            pace.was_content()
