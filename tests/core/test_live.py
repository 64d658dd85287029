"""As-of, by the states around a moment; the contract of the history store says more."""

from datetime import UTC, datetime, timedelta

import pytest

from tagwake.core.digest import Digest
from tagwake.core.live import Certainty, Live, live_at
from tagwake.core.state import State

A, B = (Digest("sha256", letter * 64) for letter in "ab")


def at(minutes):
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)


STATES = [State(A, at(1), "poll", at(3), "poll"), State(B, at(7), "poll", at(7), "poll")]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, Live(Certainty.UNKNOWN)),
        (1, Live(Certainty.EXACT, A)),
        (3, Live(Certainty.EXACT, A)),
        (3.5, Live(Certainty.WITHIN, A, B)),
        (7, Live(Certainty.EXACT, B)),
        (99, Live(Certainty.EXACT, B)),
    ],
)
def test_what_a_tag_was(minutes, expected):
    assert live_at(STATES, at(minutes)) == expected


def test_of_two_states_seen_at_one_moment_the_later_counts():
    assert live_at([*STATES, State(A, at(7), "poll", at(7), "poll")], at(7)) == Live(Certainty.EXACT, A)
