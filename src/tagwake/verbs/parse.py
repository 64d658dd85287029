"""``parse``: the parts of each reference, or what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass

from tagwake.core.errors import InvalidReference
from tagwake.core.reference import Reference


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text, and the reference that it is or the error that says why it is none."""

    text: str
    reference: Reference | None
    error: InvalidReference | None


def parse(texts: Iterable[str]) -> tuple[Parsed, ...]:
    """Each text read, in order."""
    return tuple(map(_parsed, texts))


def _parsed(text: str) -> Parsed:
    try:
        return Parsed(text, Reference.parse(text), None)
    except InvalidReference as error:
        return Parsed(text, None, error)
