"""Files that were not read, for people."""

from collections import Counter
from collections.abc import Iterator, Sequence

from tagwake.core.skipped_file import SkippedFile
from tagwake.formats.report.count import count
from tagwake.formats.report.style import Style
from tagwake.formats.report.table import Cell, Row, set_rows, wrap
from tagwake.formats.report.visible import visible


def skipped_lines(files: Sequence[SkippedFile], *, show_all: bool, style: Style) -> Iterator[str]:
    """How many were not read and why; each by name where all are asked for."""
    if not files:
        return
    was = "was" if len(files) == 1 else "were"
    head = f"{count(len(files), 'file')} {was} not read"
    yield ""
    if show_all:
        yield f"{head}:"
        yield from set_rows([Row((Cell(visible(f.path)),), visible(f.reason)) for f in files], style.columns)
        return
    reasons = Counter(file.reason for file in files).most_common()
    each = ", ".join(f"{number:,} {visible(reason)}" for reason, number in reasons[:3])
    rest = "; other reasons" if len(reasons) > 3 else ""
    line = f"{head} ({each}{rest}): `--all` lists {'it' if len(files) == 1 else 'them'}"
    yield from map(style.dim, wrap(line, style.columns, 0, 2))
