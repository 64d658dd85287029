"""The instructions of a Dockerfile with the bytes that they are written in; what they mean is ``dockerfile``'s."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from tagwake.core.pin import Span

BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r"
_DIRECTIVE = re.compile(rb"(?:#|//)[ \t]*+([A-Za-z][A-Za-z0-9]*+)[ \t]*+=[ \t]*+([^\n]*+)")
_DIRECTIVES = frozenset({b"syntax", b"escape", b"check"})
_KEYWORD = re.compile(rb"[A-Za-z]++")
_WORDS = {
    escape: re.compile(
        rb"(?:E.|\"(?:E.|[^\"E]|(?!))*+\"|'[^']*+'|[^ \t\"']|[\"']|(?!))++".replace(b"E", re.escape(escape)),
        re.DOTALL,
    )
    for escape in (b"\\", b"`")
}
_HEREDOC = re.compile(rb"\d*+<<(-?)([\"']?)([^<\"'\s]++)\2")
_CLOSING_LINE = re.compile(rb"^(\t*+)([^\s<]++)\r?$", re.MULTILINE)
_WITH_HEREDOC = frozenset({b"RUN", b"COPY", b"ADD"})


@dataclass(frozen=True, slots=True)
class Text:
    """Bytes put together from several places of a file: a line with its continuations joined.

    :param data: the bytes.
    :param starts: where in ``data`` each piece starts, ascending, the first at 0.
    :param origins: where in the file each piece starts.
    """

    data: bytes
    starts: tuple[int, ...]
    origins: tuple[int, ...]

    def origin(self, offset: int) -> int:
        """Where in the file the byte at this offset stands."""
        piece = bisect_right(self.starts, offset) - 1
        return self.origins[piece] + offset - self.starts[piece]

    def span(self, start: int, end: int) -> Span:
        """The bytes of the file from the first to the last of a part that is not empty."""
        return self.origin(start), self.origin(end - 1) + 1

    def cut(self, start: int, end: int) -> "Text":
        """A part of it."""
        if len(self.starts) == 1:
            return Text(self.data[start:end], self.starts, (self.origins[0] + start,))
        first = bisect_right(self.starts, start) - 1
        last = bisect_right(self.starts, max(start, end - 1)) - 1
        starts = (0, *(at - start for at in self.starts[first + 1 : last + 1]))
        origins = (self.origin(start), *self.origins[first + 1 : last + 1])
        return Text(self.data[start:end], starts, origins)

    def words(self, escape: bytes) -> Iterator["Text"]:
        """Its words between blanks; quoted blanks do not part them."""
        for word in _WORDS[escape].finditer(self.data):
            yield self.cut(*word.span())


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction: its keyword in upper case, and what follows it."""

    keyword: bytes
    text: Text

    def triggered(self) -> "Instruction | None":
        """The instruction inside of an ``ONBUILD``, or ``None`` where there is none."""
        return _instruction(self.text)


@dataclass(frozen=True, slots=True)
class Directives:
    """The parser directives at the top of a file (Dockerfile reference, "Parser directives").

    :param syntax: where the value of ``# syntax=`` stands.
    :param escape: the character that continues a line and escapes.
    :param end: where the lines after them start.
    """

    syntax: Span | None
    escape: bytes
    end: int


def read_directives(data: bytes) -> Directives:
    """The directives: comments at the very top, ended by the first line that is none."""
    position = len(BOM) if data.startswith(BOM) else 0
    if data.startswith(b"#!", position):
        position = _next_line(data, position)
    syntax: Span | None = None
    escape = b"\\"
    while matched := _DIRECTIVE.match(data, position):
        name = matched[1].lower()
        if name not in _DIRECTIVES:
            break
        value = matched[2].rstrip(_BLANK)
        if name == b"syntax" and value:
            syntax = (matched.start(2), matched.start(2) + len(value.split()[0]))
        elif name == b"escape" and value in _WORDS:
            escape = value
        position = _next_line(data, matched.end())
    return Directives(syntax, escape, position)


def read_instructions(data: bytes, directives: Directives) -> Iterator[Instruction]:
    """Every instruction in order, continuations joined; comments, blank lines and heredocs' bodies are left out."""
    closing: _ClosingLines | None = None
    position = directives.end
    while position < len(data):
        pieces, position = _logical_line(data, position, directives.escape)
        if not pieces:
            continue
        instruction = _instruction(_join(data, pieces))
        if instruction is None:
            continue
        yield instruction
        inner = instruction.triggered() if instruction.keyword == b"ONBUILD" else instruction
        if inner is not None and inner.keyword in _WITH_HEREDOC and b"<<" in inner.text.data:
            closing = closing or _ClosingLines(data)
            for word in inner.text.words(directives.escape):
                if opened := _HEREDOC.fullmatch(word.data):
                    position = closing.after(position, opened[3], tabbed=opened[1] == b"-")


class _ClosingLines:
    """Where heredocs may end: every line that is one word, found once, so that a search stays linear."""

    def __init__(self, data: bytes) -> None:
        self._lines: dict[tuple[bytes, bool], list[int]] = {}
        self._data = data
        for line in _CLOSING_LINE.finditer(data):
            self._lines.setdefault((line[2], True), []).append(line.end())
            if not line[1]:
                self._lines.setdefault((line[2], False), []).append(line.end())

    def after(self, position: int, name: bytes, *, tabbed: bool) -> int:
        """Where the text goes on after the heredoc, or ``position`` itself when nothing closes it."""
        ends = self._lines.get((name, tabbed), [])
        index = bisect_right(ends, position)
        return _next_line(self._data, ends[index]) if index < len(ends) else position


def _next_line(data: bytes, position: int) -> int:
    newline = data.find(b"\n", position)
    return len(data) if newline < 0 else newline + 1


def _logical_line(data: bytes, position: int, escape: bytes) -> tuple[list[Span], int]:
    """The pieces of the line at ``position`` with its continuations, and where the next one starts."""
    pieces: list[Span] = []
    while position < len(data):
        following = _next_line(data, position)
        line = data[position:following].rstrip(b"\n").rstrip(_BLANK)
        bare = line.lstrip(_BLANK)
        start, position = position, following
        if not bare or bare.startswith(b"#"):
            if pieces:
                continue  # a comment or a blank line inside of a continuation does not end it
            return [], position
        if not pieces:
            start += len(line) - len(bare)
            line = bare
        if not line.endswith(escape) or line.endswith(escape * 2):
            pieces.append((start, start + len(line)))
            break
        pieces.append((start, start + len(line) - 1))
    return pieces, position


def _join(data: bytes, pieces: list[Span]) -> Text:
    if len(pieces) == 1:
        return Text(data[slice(*pieces[0])], (0,), (pieces[0][0],))
    starts: list[int] = []
    length = 0
    for start, end in pieces:
        starts.append(length)
        length += end - start
    return Text(
        b"".join(data[start:end] for start, end in pieces),
        tuple(starts),
        tuple(start for start, _ in pieces),
    )


def _instruction(text: Text) -> Instruction | None:
    keyword = _KEYWORD.match(text.data)
    if keyword is None:
        return None
    rest = keyword.end()
    while rest < len(text.data) and text.data[rest] in _BLANK:
        rest += 1
    if rest == keyword.end() or rest == len(text.data):
        return None
    return Instruction(keyword[0].upper(), text.cut(rest, len(text.data)))
