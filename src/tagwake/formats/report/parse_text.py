"""The parts of references, for people."""

from collections.abc import Iterator, Sequence

from tagwake.core.errors import InvalidReference
from tagwake.core.reference import Reference
from tagwake.formats.report.style import Style
from tagwake.formats.report.table import width, wrap
from tagwake.formats.report.visible import visible

WIDEST = 200
"""Columns of a text that are shown around a fault where there is no terminal."""

Parsed = tuple[str, Reference | None, InvalidReference | None]
"""A text, and the reference that it is or the error that says why it is none."""


def parse_lines(parsed: Sequence[Parsed], style: Style) -> Iterator[str]:
    """Each reference and its parts beneath; for a text that is none a caret under the fault."""
    for place, (text, reference, error) in enumerate(parsed):
        if place:
            yield ""
        if error is not None:
            yield from fault_lines(error, style)
        if reference is None:
            continue
        yield style.bold(visible(text))
        parts = {
            "registry": reference.registry,
            "repository": reference.repository,
            "tag": reference.tag,
            "digest": None if reference.digest is None else str(reference.digest),
        }
        for name, value in parts.items():
            yield f"  {name:10}  {style.dim('none') if value is None else value}"


def fault_lines(error: InvalidReference, style: Style) -> Iterator[str]:
    """The text, and beneath it a caret under the character at fault and what is wrong with it."""
    before, text = visible(error.text[: error.offset]), visible(error.text)
    room = style.columns or WIDEST
    if width(before) > room * 2 // 3:
        before = "\u2026" + _last(before, room // 3)
        text = before + visible(error.text[error.offset :])
    if width(text) > room:
        text = _first(text, room - 1) + "\u2026"
    yield text
    indent = width(before)
    problem = visible(error.problem)
    beside = f"{' ' * indent}^ {problem}"
    if style.columns is None or width(beside) <= style.columns:
        yield " " * indent + style.failure(f"^ {problem}")
        return
    yield " " * indent + style.failure("^")
    yield from map(style.failure, wrap(problem, style.columns))


def _first(text: str, columns: int) -> str:
    """As much of the beginning as fits."""
    taken = 0
    for place, character in enumerate(text):
        taken += width(character)
        if taken > columns:
            return text[:place]
    return text


def _last(text: str, columns: int) -> str:
    return _first(text[::-1], columns)[::-1]
