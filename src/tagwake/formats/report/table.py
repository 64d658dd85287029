"""Rows of names in columns that give way to a narrow terminal, without cutting a name.

Its classes are plain: a dataclass costs half a millisecond of every start, and of these nobody asks for equality.
"""

from collections.abc import Iterable, Iterator, Sequence

INDENT = 2
GAP = 2
WIDEST = 60
"""A cell longer than this sets no column's width: it would push all others away."""
NOTE = 40
"""Columns that a note needs to be wrapped beside its row; with fewer it goes beneath, unless it fits as it is."""


class Cell:
    """A name: its plain text, and the text with colours where it has any."""

    __slots__ = ("coloured", "plain")

    def __init__(self, plain: str, coloured: str = "") -> None:
        self.plain = plain
        self.coloured = coloured

    @property
    def shown(self) -> str:
        """What is printed."""
        return self.coloured or self.plain


class Row:
    """Names that are never cut, and a note that may be wrapped between words."""

    __slots__ = ("cells", "note")

    def __init__(self, cells: tuple[Cell, ...], note: str = "") -> None:
        self.cells = cells
        self.note = note


def width(text: str) -> int:
    """Columns that a text takes (Unicode Standard Annex 11: wide characters take two, combining ones none)."""
    if text.isascii():
        return len(text)
    import unicodedata

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
    """The lines of the rows; with ``columns`` ``None`` one line a row, whatever its length.

    Where a terminal is too narrow for all columns, a few long names run over into the columns to their right, whose
    names then stand on the next line; where many would, the last columns move to a second line for all rows.
    """
    if not rows:
        return
    layout = _layout(rows, columns)
    for row in rows:
        yield from _set_row(row, layout)


class _Layout:
    """Where columns stand: the line of a row, and where on it each starts.

    :param after: where a note starts that stands beside the last name of the last line.
    :param hang: where further lines start.
    """

    __slots__ = ("after", "columns", "hang", "places")

    def __init__(
        self, places: tuple[tuple[int, int], ...], after: int, hang: int, columns: int | None
    ) -> None:
        self.places = places
        self.after = after
        self.hang = hang
        self.columns = columns


def _layout(rows: Sequence[Row], columns: int | None) -> _Layout:
    cells = list(zip(*(row.cells for row in rows), strict=True))
    share = 70 if len(cells) == 1 else 45
    limit = WIDEST if columns is None else min(WIDEST, columns * share // 100)
    widths = [_widest(column, limit) for column in cells]
    together = len(cells)
    if columns is not None:
        fitting: list[int] | None = None
        while (fitting := _squeezed(cells[:together], widths[:together], columns)) is None:
            together -= 1
        widths[:together] = fitting
    starts = _starts(widths[:together], INDENT)
    hang = starts[1] if columns is not None and 2 * INDENT <= starts[1] < columns // 2 else 2 * INDENT
    places = [(0, start) for start in starts[:-1]]
    line, start = 1, hang
    for taken in widths[together:]:
        if start > hang and columns is not None and start + taken > columns:
            line, start = line + 1, hang
        places.append((line, start))
        start += taken + GAP if taken else 0
    return _Layout(tuple(places), start if together < len(cells) else starts[-1], hang, columns)


def _widest(cells: Iterable[Cell], limit: int) -> int:
    return max((taken for cell in cells if (taken := width(cell.plain)) <= limit), default=0)


def _starts(widths: Sequence[int], start: int) -> list[int]:
    starts = [start]
    for taken in widths:
        starts.append(starts[-1] + (taken + GAP if taken else 0))
    return starts


def _squeezed(cells: Sequence[Sequence[Cell]], widths: Sequence[int], columns: int) -> list[int] | None:
    """Widths that fit together, with at most a quarter of the rows running over; ``None`` where there are none."""
    if len(cells) == 1:
        return list(widths)
    squeezed = list(widths)
    taken = [[width(cell.plain) for cell in column] for column in cells]
    while _starts(squeezed, INDENT)[-1] - GAP > columns:
        tries = []
        for place in range(1, len(squeezed)):
            smaller = max((each for each in taken[place] if each < squeezed[place]), default=0)
            tried = [*squeezed[:place], smaller, *squeezed[place + 1 :]]
            tries.append((_over(taken, tried), smaller - squeezed[place], tried))
        over, _, squeezed = min(tries)
        if over * 4 > len(taken[0]):
            return None
    return squeezed


def _over(taken: Sequence[Sequence[int]], widths: Sequence[int]) -> int:
    """How many rows have a name that is wider than its column."""
    return sum(
        any(each > room for each, room in zip(row, widths, strict=True)) for row in zip(*taken, strict=True)
    )


def _set_row(row: Row, layout: _Layout) -> Iterator[str]:
    text, end, line, after = "", 0, 0, layout.after
    for place, cell in enumerate(row.cells):
        at, start = layout.places[place]
        if not cell.plain:
            after = min(after, start) if at == line else after
            continue
        after = layout.after
        taken = width(cell.plain)
        is_over = layout.columns is not None and (
            at > line or end + GAP > start or start + taken > layout.columns
        )
        if end and is_over:
            yield text
            text, end = "", 0
            start = start if layout.columns is None or start + taken <= layout.columns else layout.hang
        start = max(start, end + GAP) if end else start
        line = at
        text += " " * (start - end) + cell.shown
        end = start + taken
    if not row.note:
        yield text
    else:
        yield from _with_note(text, end, max(after, end + GAP), row.note, layout)


def _with_note(text: str, end: int, start: int, note: str, layout: _Layout) -> Iterator[str]:
    if layout.columns is None or start + min(width(note), NOTE) <= layout.columns:
        first, *rest = wrap(note, layout.columns, start, start)
        yield text + " " * (start - end) + first
    else:
        yield text
        first, *rest = wrap(note, layout.columns, layout.hang, layout.hang)
        yield " " * layout.hang + first
    yield from rest
