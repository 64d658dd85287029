"""What ``status``, ``pin`` and ``update`` found as Markdown, to be pasted into a pull request or an issue."""

from collections.abc import Iterator
from datetime import datetime

from tagwake.core.report import ReferenceOutcome, Report
from tagwake.formats.report.asked import Asked, shown_rows
from tagwake.formats.report.style import Style
from tagwake.formats.report.text import counts, left_out, note, verdict
from tagwake.formats.report.visible import visible


def markdown_lines(report: Report, asked: Asked) -> Iterator[str]:
    """Counts, a table of what needs somebody, and what was left out, as GitHub and GitLab set it."""
    plain = Style()
    yield counts(report, offline=asked.offline)
    rows = shown_rows(report, asked)
    if rows:
        yield ""
        yield "| | where | image | digest | |"
        yield "| --- | --- | --- | --- | --- |"
        yield from (_row(each, report.told_at) for each in rows)
    left = list(left_out(report, rows, asked, plain))
    if left:
        yield ""
        yield from (line.strip() for line in left)
    for line in report.incomplete:
        yield ""
        yield f"Not done: {_escape(line)}"
    yield from verdict(report, asked, plain)


def _row(each: ReferenceOutcome, told_at: datetime | None) -> str:
    digests = [digest.short for digest in (each.old, each.new) if digest is not None]
    if len(digests) == 2 and digests[0] == digests[1]:
        digests.pop()
    move = " → ".join(f"`{short}`" for short in digests)
    place = _code(f"{each.path}:{each.reference.line}")
    return f"| {each.outcome.value} | {place} | {_code(each.reference.image)} | {move} | {_escape(note(each, told_at))} |"


def _code(text: str) -> str:
    """A code span that fits into a table (GitHub Flavored Markdown, 4.10 and 6.3)."""
    text = visible(text).replace("|", "\\|")
    if "`" not in text:
        return f"`{text}`"
    return f"`` {text} ``"


def _escape(text: str) -> str:
    """Text that no mark of Markdown or HTML changes."""
    text = visible(text).replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{c}" if c in "\\|*_[]#@~" else c for c in text)
