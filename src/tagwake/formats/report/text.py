"""What ``status``, ``pin`` and ``update`` found, for people."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tagwake.core.outcome import Outcome, ReferenceOutcome, Report
from tagwake.formats.report.count import count, listed
from tagwake.formats.report.skipped import skipped_lines
from tagwake.formats.report.style import Style
from tagwake.formats.report.table import Cell, Row, set_rows, wrap
from tagwake.formats.report.visible import visible

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

_SAID_BY_DIGESTS = frozenset({Outcome.BEHIND, Outcome.UNPINNED})
_FOLLOWED = (
    Outcome.UPDATED,
    Outcome.PINNED,
    Outcome.CURRENT,
    Outcome.BEHIND,
    Outcome.WAITING,
    Outcome.BLOCKED,
    Outcome.HELD,
    Outcome.BROKEN,
    Outcome.UNTAGGED,
    Outcome.UNRESOLVED,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked for, as far as the report repeats it.

    :param verb: ``status``, ``pin`` or ``update``.
    :param arguments: the paths and choices as typed, quoted for a shell: what the next command needs as well.
    :param all: whether every reference is listed.
    :param dry_run: whether nothing was written on purpose.
    :param fail: for ``--check``: the outcomes that fail it; ``None`` without it.
    """

    verb: str
    arguments: str = ""
    all: bool = False
    dry_run: bool = False
    fail: Collection[Outcome] | None = None


def report_lines(report: Report, asked: Asked, style: Style) -> Iterator[str]:
    """The report as people read it: counts, what needs them, what was left out, what to do next."""
    summary = report.summary()
    yield from map(style.bold, wrap(counts(report), style.columns))
    shown = shown_rows(report, asked)
    if shown:
        yield ""
        yield from set_rows([_row(each, style) for each in shown], style.columns)
    yield from left_out(report, shown, asked, style)
    yield from skipped_lines(report.files_skipped, show_all=asked.all, style=style)
    if report.incomplete:
        yield ""
        for line in report.incomplete:
            yield from map(style.failure, wrap(f"Not done: {visible(line)}", style.columns, 0, 2))
    yield from verdict(summary, asked, style)
    following = _next(summary, asked)
    if following:
        yield ""
        yield from wrap(f"Next: {following}", style.columns, 0, 2)


def counts(report: Report) -> str:
    """How many references there are, and what they are, in one line."""
    summary = report.summary()
    if not report.references:
        return f"No image references in {count(report.files_scanned, 'file')}."
    pinned = {
        outcome: number
        for outcome in _FOLLOWED
        if (number := sum(1 for each in report.references if each.outcome is outcome and _is_pinned(each)))
    }
    parts = []
    if pinned:
        each = ", ".join(
            f"{number:,} {'newly pinned' if outcome is Outcome.PINNED else outcome}"
            for outcome, number in pinned.items()
        )
        parts.append(f"{sum(pinned.values()):,} pinned: {each}.")
    if summary[Outcome.UNPINNED]:
        number = summary[Outcome.UNPINNED]
        parts.append(f"{count(number, 'reference')} {'is' if number == 1 else 'are'} unpinned.")
    lost = summary[Outcome.UNRESOLVED] - pinned.get(Outcome.UNRESOLVED, 0)
    if lost:
        parts.append(f"{lost:,} unpinned and unresolved.")
    others = [
        f"{summary[outcome]:,} {outcome}"
        for outcome in (Outcome.INVALID, Outcome.UNSUPPORTED, Outcome.TEMPLATED, Outcome.IGNORED)
        if summary[outcome]
    ]
    if others:
        parts.append(f"{', '.join(others)}.")
    return " ".join(parts)


def _is_pinned(each: ReferenceOutcome) -> bool:
    return each.old is not None or each.reference.digest is not None or each.outcome is Outcome.PINNED


def shown_rows(report: Report, asked: Asked) -> Sequence[ReferenceOutcome]:
    """The references that are listed, in the order in which they are."""
    fail = asked.fail or ()
    rank = {outcome: place for place, outcome in enumerate(ORDER)}
    chosen = [
        each for each in report.references if asked.all or each.outcome in fail or each.outcome not in QUIET
    ]
    chosen.sort(key=lambda each: (each.outcome not in fail, rank[each.outcome]))
    return chosen if asked.all else chosen[:LIMIT]


def _row(each: ReferenceOutcome, style: Style) -> Row:
    place = visible(f"{each.path}:{each.reference.line}")
    image = visible(each.reference.image)
    return Row(
        (
            Cell(each.outcome.value, style.outcome(each.outcome, each.outcome.value)),
            Cell(place),
            Cell(image, style.bold(image)),
            _move(each, style),
        ),
        note(each),
    )


def _move(each: ReferenceOutcome, style: Style) -> Cell:
    digests = [digest for digest in (each.old, each.new) if digest is not None]
    if len(digests) == 2 and digests[0] == digests[1]:
        digests.pop()
    if not digests:
        return Cell("")
    coloured = " -> ".join(style.digest(digest) for digest in digests)
    plain = " -> ".join(
        ("\u25a0 " if style.colour else "") + (str(d) if style.long else d.short) for d in digests
    )
    return Cell(plain, coloured)


def note(each: ReferenceOutcome) -> str:
    """What stands beside the digests: how far behind, and why."""
    parts = []
    if each.moves_behind is not None:
        parts.append(count(each.moves_behind, "move"))
    if each.reason and each.outcome not in _SAID_BY_DIGESTS:
        parts.append(visible(each.reason))
    return ", ".join(parts)


def left_out(report: Report, shown: Sequence[ReferenceOutcome], asked: Asked, style: Style) -> Iterator[str]:
    """What was not listed, and how to list it."""
    left = len(report.references) - len(shown)
    if left <= 0 or asked.all:
        return
    summary = report.summary()
    for each in shown:
        summary[each.outcome] -= 1
    quiet = [f"{summary[outcome]:,} {outcome}" for outcome in ORDER if outcome in QUIET and summary[outcome]]
    loud = left - sum(summary[outcome] for outcome in QUIET)
    if loud:
        quiet.insert(0, f"{loud:,} more")
    yield from map(style.dim, wrap(f"  and {listed(quiet)}: `--all` lists them", style.columns, 0, 2))


def verdict(summary: Mapping[Outcome, int], asked: Asked, style: Style) -> Iterator[str]:
    """Whether the check passed, where one was asked for."""
    if asked.fail is None:
        return
    found = [
        f"{summary[outcome]:,} {outcome}" for outcome in ORDER if outcome in asked.fail and summary[outcome]
    ]
    yield ""
    if found:
        yield from map(style.failure, wrap(f"Check failed: {listed(found)}.", style.columns, 0, 2))
    else:
        names = [outcome.value for outcome in ORDER if outcome in asked.fail]
        passed = f"Check passed: nothing is {' or '.join(names)}."
        yield from map(style.success, wrap(passed, style.columns, 0, 2))


def _next(summary: Mapping[Outcome, int], asked: Asked) -> str:
    tail = f" {asked.arguments}" if asked.arguments else ""
    written = summary[Outcome.UPDATED] + summary[Outcome.PINNED]
    if asked.verb != "status":
        if not written:
            return ""
        if asked.dry_run:
            return f"nothing was written; `tagwake {asked.verb}{tail}` writes {_them(written)}."
        return "`git diff` shows what changed; commit it where it is tested."
    parts = []
    movable = summary[Outcome.BEHIND]
    if movable:
        parts.append(f"`tagwake update{tail}` moves {_the(movable)} (`--dry-run` shows the diff)")
    if summary[Outcome.UNPINNED]:
        parts.append(f"`tagwake pin{tail}` adds {_digests(summary[Outcome.UNPINNED])}")
    return ", ".join(parts) + "." if parts else ""


def _the(number: int) -> str:
    return "it" if number == 1 else f"the {number:,}"


def _them(number: int) -> str:
    return "it" if number == 1 else f"all {number:,}"


def _digests(number: int) -> str:
    return "the missing digest" if number == 1 else f"the {number:,} missing digests"
