"""Annotations for GitHub: workflow commands that its runner turns into notes beside the code."""

from collections.abc import Collection, Iterator

from tagwake.core.outcome import Outcome
from tagwake.core.report import Report
from tagwake.formats.report.asked import ORDER, QUIET
from tagwake.formats.report.sentence import sentence
from tagwake.formats.report.under_root import under_root
from tagwake.formats.report.visible import visible

_NOTICES = frozenset({Outcome.HELD, Outcome.WAITING, Outcome.UNTAGGED, Outcome.UPDATED, Outcome.PINNED})


def annotations(report: Report, fail: Collection[Outcome]) -> Iterator[str]:
    """One workflow command for each reference that needs somebody, failures first, and a line of counts.

    :param fail: the outcomes that are errors; others are warnings or notices.
    """
    rank = {outcome: place for place, outcome in enumerate(ORDER)}
    chosen = [each for each in report.references if each.outcome in fail or each.outcome not in QUIET]
    chosen.sort(key=lambda each: (each.outcome not in fail, rank[each.outcome]))
    for each in chosen:
        level = "error" if each.outcome in fail else "notice" if each.outcome in _NOTICES else "warning"
        place = _property(visible(under_root(report.root, each.path)))
        title = _property(f"tagwake: {each.outcome.value}")
        where = f"file={place},line={each.reference.line},col={each.reference.column},title={title}"
        yield f"::{level} {where}::{_data(visible(sentence(each)))}"
    for line in report.incomplete:
        yield f"::warning title=tagwake::{_data(visible(line))}"
    failed = sum(1 for each in report.references if each.outcome in fail)
    yield f"tagwake: {len(report.references)} references, {failed} fail the check, {len(chosen)} annotated"


def _data(text: str) -> str:
    """A message as the runner reads it (GitHub Actions toolkit, ``command.ts``, ``escapeData``)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property as the runner reads it (GitHub Actions toolkit, ``command.ts``, ``escapeProperty``)."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
