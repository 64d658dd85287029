"""What is kept of a state folds into that state again, however many of its sightings are still at hand."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.digest import Digest
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting
from tagwake.core.state import State, remembered, states_of

STREAM = Stream("registry.example", "team/app", "1")
START = datetime(2026, 1, 1, tzinfo=UTC)
A, B, C = (Digest("sha256", letter * 64) for letter in "abc")


def at(minutes):
    return START + timedelta(minutes=minutes)


def seen(minutes, digest, how="poll", claimed=None):
    return Sighting(STREAM, at(minutes), digest, how, None if claimed is None else at(claimed))


sightings = st.lists(
    st.builds(
        seen,
        st.integers(0, 9),
        st.sampled_from([A, B, None]),
        st.sampled_from(["poll", "hook:zot", "import:csv", "import:quay"]),
        st.none() | st.integers(0, 4),
    ),
    max_size=20,
)


def test_a_state_is_a_run_of_sightings_of_one_digest():
    run = [seen(3, A, "import:csv"), seen(4, A, "hook:zot", 2), seen(6, A, "poll", 1)]
    assert states_of([*run, seen(7, None), seen(1, B)]) == (
        State(B, at(1), "poll", at(1), "poll", None, at(1), "poll"),
        State(A, at(3), "import:csv", at(6), "poll", at(1), at(4), "hook:zot"),
        State(None, at(7), "poll", at(7), "poll", None, at(7), "poll"),
    )


@given(sightings)
def test_states_fold_into_themselves(given_sightings):
    states = states_of(given_sightings)
    assert states_of(remembered(STREAM, states)) == states


@given(sightings, st.data())
def test_they_do_with_any_of_their_sightings_beside_them(given_sightings, data):
    states = states_of(given_sightings)
    raw = [each for each in given_sightings if data.draw(st.booleans())]
    assert states_of([*remembered(STREAM, states, raw), *raw]) == states


@given(sightings, sightings)
def test_with_all_sightings_at_hand_what_comes_later_folds_as_if_it_had_come_in_order(known, later):
    assert states_of([*remembered(STREAM, states_of(known), known), *known, *later]) == states_of(
        [*known, *later]
    )


@given(sightings, sightings)
def test_without_them_it_folds_as_with_the_first_the_last_and_our_first_of_each_state(known, later):
    """Targets and their order are the same as with all of them, but for what lies inside a state."""
    states = states_of(known)
    outside = [
        each
        for each in later
        if not any(state.seen_at <= each.seen_at <= state.last_seen_at for state in states)
    ]
    folded = states_of([*remembered(STREAM, states), *outside])
    assert folded == states_of([*known, *outside])
