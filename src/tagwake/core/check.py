"""What ``status --check`` fails on, and the exit status of a run."""

from collections.abc import Collection

from tagwake.core.outcome import Outcome
from tagwake.core.report import ReferenceOutcome, Report

_KNOWN_WITHOUT_LOOK_UPS = frozenset(
    {Outcome.IGNORED, Outcome.INVALID, Outcome.TEMPLATED, Outcome.UNTAGGED, Outcome.UNPINNED}
)


def needs_look_ups(fail: Collection[Outcome]) -> bool:
    """Whether a check for these outcomes has to ask registries; one for ``unpinned`` alone has not."""
    return not fail or not _KNOWN_WITHOUT_LOOK_UPS.issuperset(fail)


def failures(report: Report, fail: Collection[Outcome]) -> tuple[ReferenceOutcome, ...]:
    """The references that have one of the outcomes, in order."""
    return tuple(reference for reference in report.references if reference.outcome in fail)


def exit_status(report: Report, fail: Collection[Outcome] = ()) -> int:
    """0 fine, 1 a reference has an outcome in ``fail``, 3 something could not be done; 1 wins over 3."""
    if failures(report, fail):
        return 1
    return 3 if report.incomplete else 0
