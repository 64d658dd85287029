"""Rows of names in columns that give way to a narrow terminal, without cutting a name."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

INDENT = 2
GAP = 2
WIDEST = 60
"""A cell longer than this sets no column's width: it would push all others away."""
NOTE = 24
"""Columns that a note needs beside its row; with fewer it goes beneath."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A name: its plain text, and the text with colours where it has any."""

    plain: str
    coloured: str = ""

    @property
    def shown(self) -> str:
        """What is printed."""
        return self.coloured or self.plain


@dataclass(frozen=True, slots=True)
class Row:
    """Names that are never cut, and a note that may be wrapped between words."""

    cells: tuple[Cell, ...]
    note: str = ""


def width(text: str) -> int:
    """Columns that a text takes (Unicode Standard Annex 11: wide characters take two, combining ones none)."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def wrap(text: str, columns: int | None, first: int = 0, hang: int = 0) -> list[str]:
    """The text in lines of at most ``columns``, broken between words only; a longer word stands whole.

    :param first: columns that are taken already on the first line.
    :param hang: spaces before each further line.
    """
    if columns is None or first + width(text) <= columns:
        return [text]
    lines: list[str] = []
    line, used = "", first
    lead = len(text) - len(text.lstrip(" "))
    initial, *words = text[lead:].split(" ")
    for word in (text[:lead] + initial, *words):
        extra = width(word) + (1 if line else 0)
        if line and used + extra > columns:
            lines.append(line)
            line, used, extra = " " * hang + word, 0, hang + width(word)
        else:
            line = f"{line} {word}" if line else word
        used += extra
    return [*lines, line]


def set_rows(rows: Sequence[Row], columns: int | None) -> Iterator[str]:
    """The lines of the rows; with ``columns`` ``None`` one line a row, whatever its length."""
    if not rows:
        return
    share = 70 if len(rows[0].cells) == 1 else 45
    limit = WIDEST if columns is None else min(WIDEST, columns * share // 100)
    widths = [_column(column, limit) for column in zip(*(row.cells for row in rows), strict=True)]
    starts = [INDENT]
    for taken in widths:
        starts.append(starts[-1] + (taken + GAP if taken else 0))
    hang = starts[1] if columns is not None and 2 * INDENT <= starts[1] < columns // 2 else 2 * INDENT
    is_wide = columns is None or starts[-1] - GAP <= columns
    for row in rows:
        if is_wide and (columns is None or _fits(row, starts, columns)):
            yield from _beside(row, starts, columns, hang)
        else:
            yield from _beneath(row, starts[1], columns or 0, hang)


def _column(cells: Iterable[Cell], limit: int) -> int:
    return max((taken for cell in cells if (taken := width(cell.plain)) <= limit), default=0)


def _fits(row: Row, starts: Sequence[int], columns: int) -> bool:
    end = 0
    for start, cell in zip(starts, row.cells, strict=False):
        if cell.plain:
            end = max(end + GAP, start) + width(cell.plain)
    return end <= columns


def _beside(row: Row, starts: Sequence[int], columns: int | None, hang: int) -> Iterator[str]:
    line, end = "", 0
    last = 0
    for place, cell in enumerate(row.cells):
        if cell.plain:
            start = max(end + GAP, starts[place]) if end else starts[place]
            line += " " * (start - end) + cell.shown
            end = start + width(cell.plain)
            last = place + 1
    if not row.note:
        yield line
        return
    start = max(end + GAP, starts[last])
    if columns is None or start + min(width(row.note), NOTE) <= columns:
        first, *rest = wrap(row.note, columns, start, start)
        yield line + " " * (start - end) + first
        yield from rest
    else:
        yield line
        yield from _hung(row.note, columns, hang)


def _beneath(row: Row, second: int, columns: int, hang: int) -> Iterator[str]:
    first, *others = [cell for cell in row.cells if cell.plain]
    line = " " * INDENT + first.shown
    end = INDENT + width(first.plain)
    aim = second
    for cell in others:
        start = max(end + GAP, aim)
        aim = 0
        if start + width(cell.plain) > columns and end > hang:
            yield line
            line, end, start = "", 0, hang
        line += " " * (start - end) + cell.shown
        end = start + width(cell.plain)
    yield line
    if row.note:
        yield from _hung(row.note, columns, hang)


def _hung(note: str, columns: int, hang: int) -> Iterator[str]:
    first, *rest = wrap(note, columns, hang, hang)
    yield " " * hang + first
    yield from rest
