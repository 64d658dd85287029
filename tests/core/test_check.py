"""What a check fails on, and the exit status."""

import pytest
from tests.core.test_update_plan import pinned

from tagwake.core.check import exit_status, failures, needs_look_ups
from tagwake.core.outcome import Outcome
from tagwake.core.report import ReferenceOutcome, Report


def report(*outcomes: Outcome, incomplete: tuple[str, ...] = ()) -> Report:
    references = tuple(ReferenceOutcome("a", pinned(), outcome) for outcome in outcomes)
    return Report(".", 0, references, 1, incomplete=incomplete)


@pytest.mark.parametrize(
    ("outcomes", "asks"),
    [
        (["unpinned"], False),
        (["unpinned", "untagged", "invalid", "templated", "ignored"], False),
        (["unpinned", "broken"], True),
        (["behind"], True),
        (["unsupported"], True),
        ([], True),
    ],
)
def test_some_outcomes_are_known_without_look_ups(outcomes: list[str], asks: bool) -> None:
    assert needs_look_ups(tuple(map(Outcome, outcomes))) is asks


@pytest.mark.parametrize(
    ("outcomes", "incomplete", "fail", "status"),
    [
        ([Outcome.CURRENT], (), (), 0),
        ([Outcome.BEHIND], (), (), 0),
        ([Outcome.BEHIND], (), (Outcome.BEHIND,), 1),
        ([Outcome.UNRESOLVED], ("x: 401",), (), 3),
        ([Outcome.UNRESOLVED, Outcome.UNPINNED], ("x: 401",), (Outcome.UNPINNED,), 1),
        ([Outcome.UNRESOLVED], ("x: 401",), (Outcome.UNPINNED,), 3),
    ],
)
def test_what_was_asked_for_wins_over_what_could_not_be_done(
    outcomes: list[Outcome], incomplete: tuple[str, ...], fail: tuple[Outcome, ...], status: int
) -> None:
    assert exit_status(report(*outcomes, incomplete=incomplete), fail) == status


def test_the_failures_are_the_references_with_the_outcomes() -> None:
    found = failures(
        report(Outcome.BEHIND, Outcome.CURRENT, Outcome.BROKEN), (Outcome.BROKEN, Outcome.BEHIND)
    )
    assert [reference.outcome for reference in found] == [Outcome.BEHIND, Outcome.BROKEN]
