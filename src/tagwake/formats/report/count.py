"""Numbers of things, in words."""

from collections.abc import Iterable


def count(number: int, singular: str, plural: str = "") -> str:
    """``1 reference``, ``5 references``; ``plural`` where an ``s`` does not make it."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listed(parts: Iterable[str], word: str = "and") -> str:
    """The parts with commas between them and an ``and``, or another word, before the last."""
    *first, last = parts
    return f"{', '.join(first)} {word} {last}" if first else last
