"""When a tag is looked at again, and who else is once one has moved."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.poll_schedule import HINDSIGHT, MEMORY, Moved, PollSchedule, Rhythm

HOST = "registry.example"
NOW = 1_700_000_000.0
LONG_AGO = NOW - 86_400
UNKNOWN = Rhythm()


@dataclass(frozen=True, slots=True)
class Sibling:
    """A neighbour, as the schedule is given one."""

    name: str
    digest: Hashable = "other"
    rhythm: Rhythm | None = None


def made(**settings: float) -> PollSchedule[str]:
    return PollSchedule(lambda: 0.5, **settings)


def move(
    schedule: PollSchedule[str],
    name: str,
    siblings: Sequence[Sibling] = (),
    *,
    repository: str = "library/one",
    rhythm: Rhythm = UNKNOWN,
    looked_at: float = LONG_AGO,
    promised: float = NOW,
    now: float = NOW,
) -> Moved[str]:
    return schedule.moved(
        HOST,
        repository,
        name,
        rhythm,
        digest="old",
        looked_at=looked_at,
        promised=promised,
        now=now,
        siblings=lambda: siblings,
    )


def again(schedule: PollSchedule[str], rhythm: Rhythm, room: float = 0.6, now: float = NOW) -> float:
    return schedule.again(HOST, rhythm, now=now, promised=now, room=room) - now


@given(st.floats(0, 1e6), st.floats(0, 4e9), st.floats(-4e9, 4e9))
def test_a_rhythm_is_read_as_it_was_written(weight: float, weighed_at: float, wave: float) -> None:
    written = Rhythm(weight, weighed_at, wave).encode()
    read = Rhythm.decode(written)
    assert read is not None
    assert read.encode() == written
    assert read.weight == pytest.approx(weight, rel=1e-5)


@pytest.mark.parametrize("text", ["", "1 2", "1 2 3 4", "one two three"])
def test_a_rhythm_that_cannot_be_read_is_none(text: str) -> None:
    assert Rhythm.decode(text) is None


@pytest.mark.parametrize("text", ["nan 1 1", "inf 1 1", "-1 1 1", "1 inf 1", "1 1 nan"])
def test_a_rhythm_has_numbers_that_can_be_reckoned_with(text: str) -> None:
    assert Rhythm.decode(text) is None


def test_who_moves_more_is_looked_at_more() -> None:
    schedule = made(lowest_price=10.0)
    intervals = [again(schedule, Rhythm(weight, NOW)) for weight in (0.0, 1.0, 4.0, 16.0, 64.0)]
    assert all(later < sooner for sooner, later in pairwise(intervals))
    assert intervals[2] / intervals[3] == pytest.approx(2.0, rel=0.01)


def test_who_has_not_moved_for_long_is_looked_at_less() -> None:
    assert again(made(), Rhythm(5.0, NOW - 6 * MEMORY)) > 4 * again(made(), Rhythm(5.0, NOW))


def test_who_moves_with_many_is_looked_at_less_than_who_moves_alone() -> None:
    alone = move(made(), "a").rhythm
    company = move(made(), "a", [Sibling(f"b{number}") for number in range(9)]).rhythm
    assert company.weight == pytest.approx(alone.weight / 10)
    assert again(made(), company) > again(made(), alone)


@given(st.floats(0, 1e9), st.floats(0, 1))
def test_intervals_have_bounds(weight: float, room: float) -> None:
    interval = again(made(shortest=60.0, longest=600.0), Rhythm(weight, NOW), room)
    assert 60.0 - 1e-3 <= interval <= 600.0 + 1e-3


def test_requests_grow_dear_where_the_budget_runs_short_and_cheap_where_it_is_left() -> None:
    rhythm = Rhythm(10.0, NOW)
    short, left = made(lowest_price=0.0), made(lowest_price=0.0)
    for hour in range(240):
        again(short, rhythm, 0.1, NOW + 3600 * hour)
        again(left, rhythm, 0.9, NOW + 3600 * hour)
    assert again(short, rhythm, 0.6, NOW + 864_000) > 2 * again(left, rhythm, 0.6, NOW + 864_000)


def test_a_request_has_a_lowest_price() -> None:
    daily = Rhythm(MEMORY / 86_400, NOW)
    schedule = made(lowest_price=10.0)
    intervals = [
        again(schedule, Rhythm(daily.weight, NOW + 86_400 * day), 1.0, NOW + 86_400 * day)
        for day in range(90)
    ]
    assert intervals[-1] == pytest.approx(930, rel=0.02)


def test_a_look_that_came_sooner_moves_no_promise() -> None:
    schedule = made()
    assert schedule.again(HOST, Rhythm(), now=NOW, promised=NOW + 77, room=1.0) == NOW + 77
    assert move(schedule, "a", promised=NOW + 77).due == NOW + 77


def test_first_looks_come_apart() -> None:
    dues = [
        PollSchedule[str](lambda chance=chance: chance).first(HOST, "library/one", now=NOW)[0]  # type: ignore[misc]
        for chance in (0.0, 0.5, 0.9)
    ]
    assert dues == sorted(set(dues))
    assert dues[0] == NOW + 300


def test_a_move_promotes_its_twins_its_cohort_and_one_of_each_other() -> None:
    siblings = [
        Sibling("twin", "old", Rhythm(wave=3.0)),
        Sibling("mate-1", rhythm=Rhythm(wave=7.0)),
        Sibling("mate-2", rhythm=Rhythm(wave=7.0)),
        Sibling("far-1", rhythm=Rhythm(wave=9.0)),
        Sibling("far-2", rhythm=Rhythm(wave=9.0)),
        Sibling("gone", None, Rhythm(wave=7.0)),
        Sibling("new"),
    ]
    promoted = move(made(), "a", siblings, rhythm=Rhythm(wave=7.0)).promote
    assert promoted[:1] == ("twin",)
    assert set(promoted) == {"twin", "mate-1", "mate-2", "far-1", "new"}
    assert len(promoted) == 5


def test_a_second_move_of_a_wave_promotes_its_own_cohort_and_asks_for_nobody() -> None:
    schedule = made()
    siblings = [Sibling(f"far-{number}", rhythm=Rhythm(wave=9.0)) for number in range(3)]
    first = move(schedule, "a", siblings)
    second = schedule.moved(
        HOST,
        "library/one",
        "far-0",
        Rhythm(wave=9.0),
        digest="other",
        looked_at=LONG_AGO,
        promised=NOW,
        now=NOW + 1,
        siblings=lambda: pytest.fail("the wave knows them"),
    )
    assert first.promote == ("far-0",)
    assert set(second.promote) == {"far-1", "far-2"}
    assert second.rhythm.wave == first.rhythm.wave == NOW


def test_a_move_after_a_look_since_the_wave_began_is_a_wave_of_its_own() -> None:
    schedule = made()
    siblings = [Sibling("b")]
    assert move(schedule, "a", siblings).promote == ("b",)
    after = move(schedule, "a", siblings, looked_at=NOW, now=NOW + 600)
    assert after.promote == ("b",)
    assert after.rhythm.wave == NOW + 600


def test_repositories_that_moved_together_ask_for_each_other() -> None:
    schedule = made()
    for day in range(3):
        at = NOW + 86_400 * day
        move(schedule, "one:a", repository="one", now=at, looked_at=at - 3600)
        move(schedule, "two:b", repository="two", now=at + 60, looked_at=at - 3600)
    at = NOW + 86_400 * 3
    assert move(schedule, "one:a", repository="one", now=at, looked_at=at - 3600).promote == ("two:b",)


def test_repositories_that_moved_apart_do_not() -> None:
    schedule = made()
    for day in range(3):
        at = NOW + 86_400 * day
        move(schedule, "one:a", repository="one", now=at, looked_at=at - 3600)
        later = at + 2 * HINDSIGHT
        assert move(schedule, "two:b", repository="two", now=later, looked_at=at).promote == ()


def test_a_tag_that_is_gone_is_nobody_s_first_mover_and_its_twins_are_looked_at() -> None:
    schedule = made()
    for day in range(2):
        at = NOW + 86_400 * day
        move(schedule, "one:a", repository="one", now=at, looked_at=at - 3600)
        move(schedule, "two:b", repository="two", now=at + 60, looked_at=at - 3600)
    siblings = [Sibling("two:twin", "old"), Sibling("two:c")]
    assert schedule.gone("two", "two:b", digest="old", siblings=siblings) == ("two:twin",)
    at = NOW + 86_400 * 2
    assert move(schedule, "one:a", repository="one", now=at, looked_at=at - 3600).promote == ()


def test_a_tag_that_appeared_after_a_wave_is_of_one_cohort_with_those_that_did_too() -> None:
    schedule = made()
    move(schedule, "a")
    _, one = schedule.first(HOST, "library/one", now=NOW + 60)
    _, other = schedule.first(HOST, "library/one", now=NOW + 90)
    assert one.wave == other.wave == -NOW
