"""Globs over paths: which paths a list of patterns selects, by gitignore's rules, in linear time a path."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tagwake.core.errors import InvalidInput

_DEEP = "**"


class InvalidGlob(InvalidInput):
    """A pattern that cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between two stars: an expression without repetition, and how many characters it matches."""

    expression: re.Pattern[str]
    length: int


@dataclass(frozen=True, slots=True)
class _Segment:
    """One part of a pattern between slashes: the pieces between its stars, empty ones at an end that is a star."""

    first: _Piece
    middle: tuple[_Piece, ...]
    last: _Piece | None

    def matches(self, name: str) -> bool:
        """Look for each piece once, leftmost first, so that no pattern can blow up."""
        if self.last is None:
            return self.first.expression.fullmatch(name) is not None
        if self.first.expression.match(name) is None:
            return False
        position = self.first.length
        for piece in self.middle:
            found = piece.expression.search(name, position)
            if found is None:
                return False
            position = found.end()
        tail = len(name) - self.last.length
        return tail >= position and self.last.expression.fullmatch(name, tail) is not None


@dataclass(frozen=True, slots=True)
class Glob:
    """One pattern as gitignore reads it (git 2.39, gitignore(5), "Pattern format").

    Without a slash (a final one apart) it names a file or a folder at any depth; with one it is anchored at the root.
    ``*`` and ``?`` stop at a slash, ``**`` between slashes does not, ``[a-z]`` and ``[!a-z]`` are one character.
    A final slash means folders only; a folder that matches takes all below it. ``!`` in front takes back what an
    earlier pattern selected.
    """

    text: str
    negated: bool
    folders_only: bool
    segments: tuple[_Segment | None, ...]

    @classmethod
    def parse(cls, text: str) -> "Glob":
        """Read a pattern.

        :raises InvalidGlob: where it is empty, or a bracket is not closed.
        """
        negated = text.startswith("!")
        body = text[1:] if negated else text
        folders_only = body.endswith("/")
        body = body.removesuffix("/")
        anchored = "/" in body
        parts = [part for part in body.removeprefix("/").removeprefix("./").split("/") if part]
        if not parts:
            raise InvalidGlob(f"the pattern {text!r} selects nothing: write a path such as docs/** or *.md")
        if not anchored and parts[0] != _DEEP:
            parts.insert(0, _DEEP)
        return cls(text, negated, folders_only, tuple(_segments(parts, text)))

    def matches(self, path: str, *, is_folder: bool = False) -> bool:
        """Whether the pattern names this file (or folder), or a folder above it."""
        names = path.split("/")
        reachable = _closure({0}, self.segments)
        for depth, name in enumerate(names):
            reachable = _step(reachable, self.segments, name)
            if not reachable:
                return False
            is_file = depth == len(names) - 1 and not is_folder
            if len(self.segments) in reachable and not (self.folders_only and is_file):
                return True
        return False


def selector(patterns: Sequence[str]) -> Callable[[str, bool], bool]:
    """Whether a path is selected, by the path and whether it is a folder: the last pattern that matches it decides.

    :raises InvalidGlob: for the first pattern that cannot be read.
    """
    globs = [Glob.parse(pattern) for pattern in reversed(patterns)]

    def is_selected(path: str, is_folder: bool) -> bool:
        for glob in globs:
            if glob.matches(path, is_folder=is_folder):
                return not glob.negated
        return False

    return is_selected


def _closure(states: Iterable[int], segments: tuple[_Segment | None, ...]) -> set[int]:
    """States with those after each ``**`` added; a final ``**`` matches what is below, not the folder itself."""
    reached = set(states)
    for state in sorted(reached):
        at = state
        while at < len(segments) - 1 and segments[at] is None:
            at += 1
            reached.add(at)
    return reached


def _step(states: set[int], segments: tuple[_Segment | None, ...], name: str) -> set[int]:
    following: set[int] = set()
    for state in states:
        if state >= len(segments):
            continue
        segment = segments[state]
        if segment is None:
            following.add(state)
            if state == len(segments) - 1:
                following.add(state + 1)
        elif segment.matches(name):
            following.add(state + 1)
    return _closure(following, segments)


def _segments(parts: Sequence[str], text: str) -> Iterable[_Segment | None]:
    for index, part in enumerate(parts):
        if part != _DEEP:
            yield _segment(part, text)
        elif index == 0 or parts[index - 1] != _DEEP:
            yield None


def _segment(part: str, text: str) -> _Segment:
    first, *rest = (_piece(piece, text) for piece in _split_stars(part))
    if not rest:
        return _Segment(first, (), None)
    return _Segment(first, tuple(piece for piece in rest[:-1] if piece.length), rest[-1])


def _split_stars(part: str) -> list[str]:
    """The texts between the stars of a part; a star in brackets or behind a backslash is none."""
    pieces = [""]
    at = 0
    while at < len(part):
        width = _width(part, at)
        if part[at] == "*":
            pieces.append("")
        else:
            pieces[-1] += part[at : at + width]
        at += width
    return pieces


def _width(part: str, at: int) -> int:
    """How many characters of the pattern stand for the one at ``at``."""
    if part[at] == "\\" and at + 1 < len(part):
        return 2
    if part[at] != "[":
        return 1
    close = part.find("]", at + 3 if part[at + 1 : at + 2] in {"!", "^"} else at + 2)
    return 1 if close < 0 else close + 1 - at


def _piece(piece: str, text: str) -> _Piece:
    expression: list[str] = []
    at = 0
    while at < len(piece):
        width = _width(piece, at)
        symbol = piece[at : at + width]
        at += width
        if symbol == "?":
            expression.append(".")
        elif symbol[0] == "[":
            expression.append(_bracket(symbol, text))
        elif symbol[0] == "\\" and width > 1:
            expression.append(re.escape(symbol[1]))
        else:
            expression.append(re.escape(symbol))
    return _Piece(re.compile("".join(expression), re.DOTALL), len(expression))


def _bracket(symbol: str, text: str) -> str:
    if len(symbol) == 1:
        raise InvalidGlob(
            f"the pattern {text!r} opens a bracket and does not close it: close it, or write \\["
        )
    negated = symbol[1] in "!^"
    body = symbol[2 if negated else 1 : -1]
    inner = "".join("\\" + character if character in r"\[]^&|~" else character for character in body)
    try:
        re.compile(f"[{inner}]")
    except re.error:
        raise InvalidGlob(f"the pattern {text!r} has a range that runs backwards in {symbol}") from None
    return f"[{'^' if negated else ''}{inner}]"
