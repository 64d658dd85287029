"""Variables in a Dockerfile's words, expanded with the place that every byte comes from."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from tagwake.core.pin import Span
from tagwake.core.reference import MAX_TEXT
from tagwake.formats.code.dockerfile_lines import Text

MAX_DEPTH = 16
"""How deep defaults in defaults and arguments in arguments are followed; deeper is templated."""

MAX_USES = 64
"""How many uses of variables one word may come to, so that no file costs more than its length."""

MOST_ASSIGNMENTS = 20_000
"""How many words of ``ARG`` are read; a variable that is set beyond has no value here, and says so."""

BUILDER_ARGUMENTS = frozenset(
    f"{side}{part}"
    for side in ("TARGET", "BUILD")
    for part in ("PLATFORM", "OS", "ARCH", "VARIANT", "OSVERSION")
)
"""Set by the builder (Dockerfile reference, "Automatic platform ARGs in the global scope")."""

_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*+")
_LITERAL = {escape: re.compile(rb"[^$\"'}" + re.escape(escape) + rb"]++") for escape in (b"\\", b"`")}


@dataclass(frozen=True, slots=True)
class Piece:
    """Adjacent bytes of an expansion.

    :param start: where in the file they stand.
    :param value: the word of the file that they stand in.
    :param through: the variables that they came through, the outermost first.
    """

    data: bytes
    start: int
    value: Span
    through: tuple[str, ...] = ()

    @property
    def end(self) -> int:
        """Where in the file they end."""
        return self.start + len(self.data)


@dataclass(slots=True)
class Expansion:
    """A word with its variables filled in.

    :param value: the place of the word, without quotes around it.
    :param missing: why a variable has no value, the first that has none; empty when all have.
    :param empty: the variables that give nothing.
    :param uses: where in the file a variable is named, for every variable that was followed.
    :param depth: through how many arguments the deepest of its variables came.
    """

    value: Span
    pieces: list[Piece] = field(default_factory=list)
    missing: str = ""
    empty: set[str] = field(default_factory=set)
    uses: set[int] = field(default_factory=set)
    depth: int = 0

    @property
    def data(self) -> bytes:
        """The bytes, filled in."""
        return b"".join(piece.data for piece in self.pieces)

    def run(self, start: int, end: int) -> Span | None:
        """Where in the file a part stands, or ``None`` when it comes from several places."""
        at = 0
        span: Span | None = None
        for piece in self.pieces:
            first, last = max(start, at), min(end, at + len(piece.data))
            if first < last:
                here = (piece.start + first - at, piece.start + last - at)
                if span is not None and span[1] != here[0]:
                    return None
                span = here if span is None else (span[0], here[1])
            at += len(piece.data)
        return span

    def owner(self, offset: int) -> Piece:
        """The piece that the byte at this offset belongs to."""
        at = 0
        for piece in self.pieces:
            at += len(piece.data)
            if offset < at:
                return piece
        return self.pieces[-1]


class Scope:
    """The arguments that a word can see: each ``ARG`` before the first ``FROM``, the last assignment of each."""

    def __init__(self, escape: bytes) -> None:
        self._escape = escape
        self._values: dict[str, Expansion | None] = {}
        self._taken = 0

    def assign(self, text: Text) -> None:
        """Take the words of an ``ARG`` instruction: ``NAME``, ``NAME=value``, several of them."""
        for word in text.words(self._escape):
            self._taken += 1
            if self._taken > MOST_ASSIGNMENTS:
                return
            name = _NAME.match(word.data)
            if name is None:
                continue
            shown = name[0].decode("ascii")
            if name.end() == len(word.data):
                self._values.setdefault(shown, None)
            elif word.data[name.end() : name.end() + 1] == b"=":
                value = word.cut(name.end() + 1, len(word.data))
                self._values[shown] = self.expand(value)

    def expand(self, word: Text) -> Expansion:
        """The word with its variables filled in."""
        expansion = Expansion(_bare(word))
        if len(word.data) > MAX_TEXT:
            expansion.missing = f"longer than {MAX_TEXT} characters"
            return expansion
        try:
            _Expander(word, self._values, self._escape, expansion).run()
        except _GaveUp as gave_up:
            return Expansion(expansion.value, missing=str(gave_up))
        return expansion


def _bare(word: Text) -> Span:
    if not word.data:
        at = word.origins[0]
        return at, at
    start, end = word.span(0, len(word.data))
    quoted = len(word.data) >= 2 and word.data[0] == word.data[-1] and word.data[0] in b"\"'"
    return (start + 1, end - 1) if quoted else (start, end)


class _GaveUp(Exception):
    """A word that costs too much to fill in, and why."""


@dataclass(slots=True)
class _Expander:
    """One pass over a word (Dockerfile reference, "Environment replacement")."""

    word: Text
    values: Mapping[str, Expansion | None]
    escape: bytes
    expansion: Expansion
    at: int = 0
    length: int = 0

    def run(self) -> None:
        while self.at < len(self.word.data):
            self._text(taken=True, depth=0)
            if self.at < len(self.word.data):
                self._put(self.at, self.at + 1, taken=True)  # a brace that closes nothing
                self.at += 1

    def _text(self, *, taken: bool, depth: int) -> None:
        """Up to the end of the word, or to the brace that closes the substitution around it."""
        data = self.word.data
        quoted = False
        while self.at < len(data):
            literal = _LITERAL[self.escape].match(data, self.at)
            if literal:
                self._put(*literal.span(), taken=taken)
                self.at = literal.end()
                continue
            char = data[self.at : self.at + 1]
            if char == b"}" and not quoted:
                return
            if char == b"$":
                self._variable(taken=taken, depth=depth)
            elif char == b'"':
                quoted = not quoted
                self.at += 1
            elif char == b"'" and not quoted:
                close = data.find(b"'", self.at + 1)
                close = len(data) if close < 0 else close
                self._put(self.at + 1, close, taken=taken)
                self.at = close + 1
            elif char == self.escape and self.at + 1 < len(data):
                self._put(self.at + 1, self.at + 2, taken=taken)
                self.at += 2
            else:
                self._put(self.at, self.at + 1, taken=taken)
                self.at += 1

    def _variable(self, *, taken: bool, depth: int) -> None:
        data = self.word.data
        start = self.at
        braced = data.startswith(b"{", start + 1)
        name = _NAME.match(data, start + (2 if braced else 1))
        if name is None:
            shown = data[start : start + 2].decode("utf-8", "replace")
            self._miss(f"{shown} is filled in elsewhere", taken=taken)
            self.at = start + 1
            return
        if depth >= MAX_DEPTH:
            raise _GaveUp("its defaults are nested too deep")
        shown = name[0].decode("ascii")
        if taken:
            self.expansion.uses.add(self.word.origin(start))
        self.at = name.end()
        if not braced:
            self._fill(shown, taken=taken)
            return
        colon = data.startswith(b":", self.at)
        operator = data[self.at + colon : self.at + colon + 1]
        if operator == b"}" and not colon:
            self._fill(shown, taken=taken)
        elif operator in (b"-", b"+", b"?") and operator:
            self.at += 1 + colon
            value = self.values.get(shown)
            is_set = value is not None and (bool(value.pieces) or not colon)
            if operator == b"+":
                if taken and not is_set:
                    self.expansion.empty.add(shown)
                self._text(taken=taken and is_set, depth=depth + 1)
            elif is_set or operator == b"?" or self._is_the_builders(shown):
                self._fill(shown, taken=taken)
                self._text(taken=False, depth=depth + 1)
            else:
                self._text(taken=taken, depth=depth + 1)
        else:
            self._miss(f"${{{shown}…}} is cut by the builder", taken=taken)
            self._text(taken=False, depth=depth + 1)
        self.at += 1

    def _is_the_builders(self, name: str) -> bool:
        return name in BUILDER_ARGUMENTS and name not in self.values

    def _fill(self, name: str, *, taken: bool) -> None:
        if not taken:
            return
        value = self.values.get(name)
        if value is not None:
            self._fill_with(name, value)
        elif name in BUILDER_ARGUMENTS:
            self._miss(f"{name} is set by the builder", taken=True)
        elif name in self.values:
            self._miss(f"ARG {name} has no default", taken=True)
        else:
            self._miss(f"no ARG before the first FROM declares {name}", taken=True)

    def _fill_with(self, name: str, value: Expansion) -> None:
        expansion = self.expansion
        if value.missing:
            self._miss(value.missing, taken=True)
        elif not value.pieces:
            expansion.empty.add(name)
        expansion.empty |= value.empty
        expansion.uses |= value.uses
        expansion.depth = max(expansion.depth, value.depth + 1)
        if len(expansion.uses) > MAX_USES or expansion.depth > MAX_DEPTH:
            raise _GaveUp("its arguments are nested too deep")
        for piece in value.pieces:
            self._append(Piece(piece.data, piece.start, piece.value, (name, *piece.through)))

    def _append(self, piece: Piece) -> None:
        self.length += len(piece.data)
        if self.length > MAX_TEXT:
            raise _GaveUp(f"filled in, it is longer than {MAX_TEXT} characters")
        self.expansion.pieces.append(piece)

    def _miss(self, reason: str, *, taken: bool) -> None:
        if taken and not self.expansion.missing:
            self.expansion.missing = reason

    def _put(self, start: int, end: int, *, taken: bool) -> None:
        if not taken:
            return
        for first, last in _adjacent(self.word, start, end):
            origin = self.word.origin(first)
            self._append(Piece(self.word.data[first:last], origin, self.expansion.value))


def _adjacent(text: Text, start: int, end: int) -> Iterator[Span]:
    """Cut a part of a text where its places in the file are not adjacent."""
    cuts = [start, *(at for at in text.starts if start < at < end), end]
    for first, last in pairwise(cuts):
        if first < last:
            yield first, last
