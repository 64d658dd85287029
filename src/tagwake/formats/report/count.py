"""Numbers of things, in words."""

from collections.abc import Iterable


def count(number: int, singular: str, plural: str = "") -> str:
    """``1 reference``, ``5 references``; ``plural`` where an ``s`` does not make it."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listed(parts: Iterable[str]) -> str:
    """The parts with commas between them and an ``and`` before the last."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
