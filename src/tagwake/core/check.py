"""What ``status --check`` fails on, and the exit status of a run."""

from collections.abc import Collection, Iterable

from tagwake.core.errors import InvalidInput
from tagwake.core.outcome import Outcome, ReferenceOutcome, Report

_KNOWN_WITHOUT_LOOK_UPS = frozenset(
    {Outcome.IGNORED, Outcome.INVALID, Outcome.TEMPLATED, Outcome.UNTAGGED, Outcome.UNPINNED}
)


def parse_outcomes(text: str) -> tuple[Outcome, ...]:
    """Read a comma-separated list of outcomes, as ``--check=LIST`` takes it.

    :raises InvalidInput: naming the word that is no outcome.
    """
    outcomes = []
    for word in filter(None, (part.strip() for part in text.split(","))):
        try:
            outcomes.append(Outcome(word))
        except ValueError:
            raise InvalidInput(f"{word!r} is no outcome: there are {', '.join(Outcome)}") from None
    if not outcomes:
        raise InvalidInput(f"no outcome to check for: there are {', '.join(Outcome)}")
    return tuple(dict.fromkeys(outcomes))


def needs_look_ups(fail: Iterable[Outcome]) -> bool:
    """Whether a check for these outcomes has to ask registries; one for ``unpinned`` alone has not."""
    return not _KNOWN_WITHOUT_LOOK_UPS.issuperset(fail)


def failures(report: Report, fail: Collection[Outcome]) -> tuple[ReferenceOutcome, ...]:
    """The references that have one of the outcomes, in order."""
    return tuple(reference for reference in report.references if reference.outcome in fail)


def exit_status(report: Report, fail: Collection[Outcome] = ()) -> int:
    """0 fine, 1 a reference has an outcome in ``fail``, 3 something could not be done; 1 wins over 3."""
    if failures(report, fail):
        return 1
    return 3 if report.incomplete else 0
