"""What a report lists, and in which order: what the user asked for, and what needs a person first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tagwake.core.outcome import Outcome
from tagwake.core.report import ReferenceOutcome, Report

_WRITABLE = frozenset({Outcome.BEHIND, Outcome.BROKEN, Outcome.UNPINNED})
LIMIT = 50
"""Rows that are listed unless all are asked for."""

ORDER = (
    Outcome.BROKEN,
    Outcome.INVALID,
    Outcome.UNRESOLVED,
    Outcome.UPDATED,
    Outcome.PINNED,
    Outcome.BEHIND,
    Outcome.BLOCKED,
    Outcome.WAITING,
    Outcome.HELD,
    Outcome.UNPINNED,
    Outcome.UNSUPPORTED,
    Outcome.UNTAGGED,
    Outcome.TEMPLATED,
    Outcome.IGNORED,
    Outcome.CURRENT,
)
"""Outcomes as they are listed: what needs a person first."""

QUIET = frozenset({Outcome.CURRENT, Outcome.IGNORED, Outcome.TEMPLATED})
"""Outcomes that are counted, and listed only where all are asked for: nothing is to be done about them."""

_LEFT_BY = {
    "status": frozenset[Outcome](),
    "update": frozenset({Outcome.UNPINNED, Outcome.UNTAGGED, Outcome.UNSUPPORTED}),
    "pin": frozenset({Outcome.UNTAGGED, Outcome.BEHIND, Outcome.HELD, Outcome.UNRESOLVED}),
}
"""Outcomes that a verb leaves as they are, so that it counts them only."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked for, as far as the report repeats it.

    :param verb: ``status``, ``pin`` or ``update``.
    :param arguments: the paths and choices as typed, quoted for a shell: what the next command needs as well.
    :param all: whether every reference is listed.
    :param dry_run: whether nothing was written on purpose.
    :param fail: for ``--check``: the outcomes that fail it; ``None`` without it.
    :param beside_diff: whether a diff shows what would be written, so that it need not be listed.
    :param offline: whether no registry was asked, so that ``unresolved`` says nothing.
    """

    verb: str
    arguments: str = ""
    all: bool = False
    dry_run: bool = False
    fail: Collection[Outcome] | None = None
    offline: bool = False
    beside_diff: bool = False

    @property
    def quiet(self) -> frozenset[Outcome]:
        """The outcomes that are counted, and listed only where all are asked for."""
        if self.all:
            return frozenset()
        unknown = {Outcome.UNRESOLVED} if self.offline else frozenset[Outcome]()
        return (QUIET | _LEFT_BY.get(self.verb, frozenset()) | unknown).difference(self.fail or ())

    def is_in_diff(self, each: ReferenceOutcome) -> bool:
        """Whether the diff beside the report shows what would become of this reference."""
        return self.beside_diff and each.new is not None and each.outcome in _WRITABLE


def chosen_rows(references: Sequence[ReferenceOutcome], asked: Asked) -> list[ReferenceOutcome]:
    """The references that need somebody, what fails a check first, then by outcome, path and place."""
    fail, quiet = asked.fail or (), asked.quiet
    rank = {outcome: place for place, outcome in enumerate(ORDER)}
    chosen = [each for each in references if each.outcome not in quiet and not asked.is_in_diff(each)]
    chosen.sort(key=lambda each: (each.outcome not in fail, rank[each.outcome]))
    return chosen


def shown_rows(report: Report, asked: Asked) -> list[ReferenceOutcome]:
    """Of these, the ones that are listed: the first 50, unless all are asked for."""
    chosen = chosen_rows(report.references, asked)
    return chosen if asked.all else chosen[:LIMIT]
