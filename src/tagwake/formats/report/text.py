"""What ``status``, ``pin`` and ``update`` found, for people."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from tagwake.core.outcome import Outcome
from tagwake.core.report import ReferenceOutcome, Report
from tagwake.formats.report.asked import ORDER, Asked, shown_rows
from tagwake.formats.report.count import count, listed
from tagwake.formats.report.skipped import skipped_lines
from tagwake.formats.report.style import Style
from tagwake.formats.report.table import Cell, Row, set_rows, wrap
from tagwake.formats.report.visible import visible

_REMEDY = "`tagwake pin` adds it"
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


def report_lines(report: Report, asked: Asked, style: Style) -> Iterator[str]:
    """The report as people read it: counts, what needs them, what was left out, what to do next."""
    yield from map(style.bold, wrap(counts(report, offline=asked.offline), style.columns))
    shown = shown_rows(report, asked)
    if shown:
        yield ""
        yield from set_rows([_row(each, report.told_at, style) for each in shown], style.columns)
    yield from left_out(report, shown, asked, style)
    if report.tellers and any(each.moves_behind is not None for each in shown):
        said = f"  Moves and times behind are told by {visible(listed(report.tellers))}."
        yield from map(style.dim, wrap(said, style.columns, 0, 2))
    yield from skipped_lines(report.files_skipped, show_all=asked.all, style=style)
    if report.incomplete:
        yield ""
        for line in report.incomplete:
            yield from map(style.failure, wrap(f"Not done: {visible(line)}", style.columns, 0, 2))
    yield from verdict(report, asked, style)
    following = _next(report, asked)
    if following:
        yield ""
        yield from wrap(f"Next: {following}", style.columns, 0, 2)


def counts(report: Report, *, offline: bool = False) -> str:
    """How many references there are, and what they are, in one line."""
    summary = report.summary()
    if not report.references:
        return f"No image references in {count(report.files_scanned, 'file')}."
    found = Counter(each.outcome for each in report.references if _is_pinned(each))
    pinned = {outcome: found[outcome] for outcome in _FOLLOWED if found[outcome]}
    parts = []
    if pinned:
        names = {Outcome.PINNED: "newly pinned"} | ({Outcome.UNRESOLVED: "not looked up"} if offline else {})
        each = ", ".join(f"{number:,} {names.get(outcome, outcome)}" for outcome, number in pinned.items())
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


def _row(each: ReferenceOutcome, told_at: datetime | None, style: Style) -> Row:
    place = visible(f"{each.path}:{each.reference.line}")
    image = visible(each.reference.image)
    return Row(
        (
            Cell(each.outcome.value, style.outcome(each.outcome, each.outcome.value)),
            Cell(place),
            Cell(image, style.bold(image)),
            _move(each, style),
        ),
        note(each, told_at),
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


def note(each: ReferenceOutcome, told_at: datetime | None = None) -> str:
    """What stands beside the digests: how far behind, and why, where the row and the last line do not say it.

    :param told_at: when the times were told by which it is behind.
    """
    parts = []
    if each.moves_behind is not None:
        parts.append(count(each.moves_behind, "move"))
    if each.behind_since is not None and told_at is not None:
        from tagwake.formats.report.moment_text import SHORT, length

        time = told_at - each.behind_since
        parts += [length(time)] if time >= SHORT else []
    is_said = (each.outcome is Outcome.BEHIND and each.new is not None and each.new.short in each.reason) or (
        each.outcome is Outcome.UNPINNED and _REMEDY in each.reason
    )
    if each.reason and not is_said:
        parts.append(visible(each.reason))
    return ", ".join(parts)


def left_out(report: Report, shown: Sequence[ReferenceOutcome], asked: Asked, style: Style) -> Iterator[str]:
    """What was not listed, and how to list it."""
    rest = [each for each in report.references if not asked.is_in_diff(each)]
    if asked.all or len(shown) == len(rest):
        return
    left = Counter(each.outcome for each in rest)
    left.subtract(each.outcome for each in shown)
    quiet = {outcome: left[outcome] for outcome in ORDER if outcome in asked.quiet and left[outcome]}
    parts = [
        f"{number:,} {'not looked up' if asked.offline and outcome is Outcome.UNRESOLVED else outcome}"
        for outcome, number in quiet.items()
    ]
    more = len(rest) - len(shown) - sum(quiet.values())
    if more:
        parts.insert(0, f"{more:,} more")
    yield from map(style.dim, wrap(f"  and {listed(parts)}: `--all` lists them", style.columns, 0, 2))


def verdict(report: Report, asked: Asked, style: Style) -> Iterator[str]:
    """Whether the check passed, where one was asked for."""
    if asked.fail is None:
        return
    summary = report.summary()
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


def _next(report: Report, asked: Asked) -> str:
    tail = f" {asked.arguments}" if asked.arguments else ""
    summary = report.summary()
    movable = sum(
        1 for each in report.references if each.outcome in (Outcome.BEHIND, Outcome.BROKEN) and each.new
    )
    unpinned = sum(1 for each in report.references if each.outcome is Outcome.UNPINNED)
    if asked.dry_run:
        number = (
            movable
            if asked.verb == "update"
            else sum(1 for each in report.references if each.outcome is Outcome.UNPINNED and each.new)
        )
        return f"nothing was written; `tagwake {asked.verb}{tail}` writes {_them(number)}." if number else ""
    if asked.verb != "status":
        written = summary[Outcome.UPDATED] + summary[Outcome.PINNED]
        return "`git diff` shows what changed; commit it where it is tested." if written else ""
    parts = []
    if movable:
        parts.append(f"`tagwake update{tail}` moves {_the(movable)} (`--dry-run` shows the diff)")
    if unpinned:
        parts.append(f"`tagwake pin{tail}` adds {_digests(unpinned)}")
    return ", ".join(parts) + "." if parts else ""


def _the(number: int) -> str:
    return "it" if number == 1 else f"the {number:,}"


def _them(number: int) -> str:
    return "it" if number == 1 else f"all {number:,}"


def _digests(number: int) -> str:
    return "the missing digest" if number == 1 else f"the {number:,} missing digests"
