"""The fold: a function of the set of sightings, and what its moves mean."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.digest import Digest
from tagwake.core.history import MoveEvent, moves_of
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting

STREAM = Stream("registry.example", "team/app", "1")
START = datetime(2026, 1, 1, tzinfo=UTC)
A, B, C = (Digest("sha256", letter * 64) for letter in "abc")


def seen(minutes, digest, how="poll", claimed=None):
    claimed_at = None if claimed is None else START + timedelta(minutes=claimed)
    return Sighting(STREAM, START + timedelta(minutes=minutes), digest, how, claimed_at)


def told(*sightings):
    return [
        (
            move.event.value,
            move.digest and move.digest.hex[0],
            move.not_before and move.not_before.minute,
            move.seen_at.minute,
            move.rollback,
        )
        for move in moves_of(sightings)
    ]


def test_a_move_lies_between_the_last_look_at_the_old_and_the_first_at_the_new():
    assert told(seen(0, A), seen(5, A), seen(9, B), seen(12, B)) == [
        ("created", "a", None, 0, False),
        ("moved", "b", 5, 9, False),
    ]


def test_a_target_that_was_there_before_is_a_rollback():
    assert told(seen(0, A), seen(1, B), seen(2, A))[-1] == ("moved", "a", 1, 2, True)


def test_a_tag_that_is_gone_was_deleted_and_one_that_never_was_did_nothing():
    assert told(seen(0, None), seen(1, A), seen(2, None), seen(3, None), seen(4, A)) == [
        ("created", "a", 0, 1, False),
        ("deleted", None, 1, 2, False),
        ("created", "a", 3, 4, True),
    ]
    assert told(seen(0, None), seen(9, None)) == []


def test_what_a_registry_claims_decides_no_order():
    moves = moves_of([seen(5, A, claimed=50), seen(9, B, claimed=1), seen(10, B, claimed=0)])
    assert [(move.digest, move.claimed_at.minute) for move in moves] == [(A, 50), (B, 0)]


def test_a_late_sighting_splits_a_state():
    assert told(seen(0, A), seen(9, A)) == [("created", "a", None, 0, False)]
    assert told(seen(0, A), seen(9, A), seen(4, B)) == [
        ("created", "a", None, 0, False),
        ("moved", "b", 0, 4, False),
        ("moved", "a", 4, 9, True),
    ]


sightings = st.lists(
    st.builds(
        seen,
        st.integers(0, 59),
        st.sampled_from([A, B, C, None]),
        st.sampled_from(["poll", "hook:zot", "import:csv"]),
        st.none() | st.integers(0, 59),
    ),
    max_size=30,
)


@given(sightings, st.randoms())
def test_any_order_and_any_duplicates_give_the_same_moves(given_sightings, random):
    shuffled = given_sightings + random.choices(given_sightings, k=5) if given_sightings else []
    random.shuffle(shuffled)
    assert moves_of(shuffled) == moves_of(given_sightings)


@given(sightings)
def test_the_moves_tell_what_every_sighting_saw(given_sightings):
    moves = moves_of(given_sightings)
    moments = {sighting.seen_at for sighting in given_sightings}
    for sighting in given_sightings:
        if len({other.digest for other in given_sightings if other.seen_at == sighting.seen_at}) == 1:
            before = [move for move in moves if move.seen_at <= sighting.seen_at]
            assert (before[-1].digest if before else None) == sighting.digest
    for earlier, later in itertools.pairwise(moves):
        assert earlier.digest != later.digest
        assert later.previous == earlier.digest
        assert earlier.seen_at <= later.not_before <= later.seen_at
        assert {later.not_before, later.seen_at} <= moments
        assert later.rollback == (
            later.digest is not None and later.digest in [m.digest for m in moves[: later.position - 1]]
        )
    assert [move.position for move in moves] == list(range(1, len(moves) + 1))
    assert all(move.event is not MoveEvent.DELETED or move.digest is None for move in moves)
