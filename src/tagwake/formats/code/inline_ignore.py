"""The comment ``tagwake: ignore``: on the line of a reference, or alone on the line above it."""

import re
from bisect import bisect_right
from collections.abc import Callable

from tagwake.core.pin import Span

RULE = "inline comment"
_MARK = re.compile(rb"tagwake:[ \t]*ignore\b")
_ALONE = re.compile(rb"[ \t]*(?:#|//|--|;|/?\*|<!--|\{[#/]|%|\(\*|rem\b|REM\b)")


def inline_ignores(data: bytes) -> Callable[[Span], bool]:
    """Whether a span lies on a line that is ignored: marked itself, or below a line that holds nothing but the mark."""
    if b"tagwake:" not in data:
        return _never
    ranges: list[Span] = []
    for mark in _MARK.finditer(data):
        if ranges and mark.start() < ranges[-1][1]:
            continue
        start = data.rfind(b"\n", 0, mark.start()) + 1
        end = _line_end(data, mark.end())
        if _ALONE.match(data, start, mark.start()):
            end = _line_end(data, end)
        ranges.append((start, end))

    def is_ignored(span: Span) -> bool:
        at = bisect_right(ranges, (span[0], len(data))) - 1
        return at >= 0 and span[0] < ranges[at][1]

    return is_ignored


def _never(_span: Span) -> bool:
    return False


def _line_end(data: bytes, start: int) -> int:
    newline = data.find(b"\n", start)
    return len(data) if newline < 0 else newline + 1
