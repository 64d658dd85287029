"""String literals of languages with braces (HCL, JSON, Starlark, Groovy): each with its key and the blocks around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tagwake.core.pin import Span

MAX_DEPTH = 200
"""Deeper nesting is no file that people maintain: reading ends there."""

MOST_UNCLOSED = 20
"""After so many heredocs that nothing closes, none is looked for any more."""

_TOKEN = re.compile(
    rb"(?P<blank>[ \t\r]++)|(?P<word>[A-Za-z_$][A-Za-z0-9_.$-]*+)"
    rb"|(?P<long>\"\"\"|''')|(?P<string>\"(?:[^\"\\\n$]|\\.|\$\{[^{}\n]*+\}|\$|(?!))*+\"|'(?:[^'\\\n]|\\.|(?!))*+')"
    rb"|(?P<comment>\#[^\n]*+|//[^\n]*+)|(?P<remark>/\*)|(?P<heredoc><<-?[\"']?(?P<name>[A-Za-z_][A-Za-z0-9_]*+)[^\n]*+\n)"
    rb"|(?P<open>[{\[(])|(?P<close>[}\])])|(?P<is>=>|[=:])|(?P<end>[,;\n])|(?P<other>\\.|.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A pair of brackets.

    :param number: tells the blocks of a file apart.
    :param header: the words and strings before it, and its key as the last of them: ``resource docker_image web``.
    :param parent: the block around it.
    """

    number: int
    header: tuple[str, ...]
    parent: "Block | None" = None
    key: Span | None = None

    @property
    def name(self) -> str:
        """The last word before it."""
        return self.header[-1] if self.header else ""

    def around(self) -> Iterator["Block"]:
        """It and the blocks around it, from the inside out."""
        block: Block | None = self
        while block is not None:
            yield block
            block = block.parent


@dataclass(frozen=True, slots=True)
class Literal:
    """A string literal.

    :param value: its place, without quotes.
    :param key: the word or string that it is assigned to, or that stands before it: ``image = "…"``, ``image '…'``.
    """

    value: Span
    key: str
    block: Block


@dataclass(frozen=True, slots=True)
class LongText:
    """A text of several lines: a heredoc, or what stands between three quotes.

    :param value: its place: of a heredoc, its lines.
    :param key: as of a literal.
    """

    value: Span
    key: str
    block: Block


def read_braced(data: bytes) -> Iterator[Literal | LongText | Block]:
    """Every text with its key, and every block when it opens, in order; nothing after the last text."""
    block = Block(0, ())
    last = max(data.rfind(b'"'), data.rfind(b"'"), data.rfind(b"<<"))
    depth = count = at = 0
    before: list[str] = []
    key: Span | None = None
    unclosed: set[bytes] = set()
    while at <= last:
        token = _TOKEN.match(data, at)
        if token is None:
            return
        at = token.end()
        match token.lastgroup:
            case "word":
                before.append(token[0].decode("ascii"))
                key = token.span()
            case "string":
                span = (token.start() + 1, token.end() - 1)
                if _is_key(data, at):
                    before = [data[slice(*span)].decode("utf-8", "replace")]
                    key = span
                    continue
                yield Literal(span, before[-1] if before else "", block)
                before.append(data[slice(*span)].decode("utf-8", "replace"))
            case "open":
                depth += 1
                if depth > MAX_DEPTH:
                    return
                count += 1
                block = Block(count, tuple(before), block, key)
                yield block
                before, key = [], None
            case "close":
                if block.parent is not None:
                    block = block.parent
                    depth -= 1
                before, key = [], None
            case "end":
                before, key = [], None
            case "long" | "remark":
                closing = b"*/" if token.lastgroup == "remark" else token[0]
                at = _after(data, at, closing)
                if token.lastgroup == "long":
                    yield LongText(
                        (token.end(), max(token.end(), at - 3)), before[-1] if before else "", block
                    )
            case "heredoc":
                close = _closing(data, at, token["name"], unclosed)
                if close is not None:
                    yield LongText((at, close[0]), before[-1] if before else "", block)
                    at = close[1]
            case _:
                pass


def _is_key(data: bytes, at: int) -> bool:
    """Whether a colon follows: the string is a key of JSON."""
    while at < len(data) and data[at] in b" \t":
        at += 1
    return data.startswith(b":", at)


def _after(data: bytes, at: int, closing: bytes) -> int:
    end = data.find(closing, at)
    return len(data) if end < 0 else end + len(closing)


def _closing(data: bytes, at: int, name: bytes, unclosed: set[bytes]) -> Span | None:
    """The line that closes the heredoc; ``None`` where nothing does, and each name is looked for in vain only once."""
    if name in unclosed or len(unclosed) > MOST_UNCLOSED:
        return None
    closing = re.compile(rb"^[ \t]*+" + name + rb"[ \t]*+\r?$", re.MULTILINE).search(data, at)
    if closing is None:
        unclosed.add(name)
        return None
    return closing.span()
