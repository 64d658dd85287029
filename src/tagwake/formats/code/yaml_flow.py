"""Flow collections of YAML, and JSON: ``{image: a/b:1, list: [c, "d"]}``, over any number of lines."""

import re

from tagwake.formats.code.source import TooLarge
from tagwake.formats.code.yaml_nodes import Document, Mapping, Node, Scalar, Sequence, Style

MAX_WORK = 150_000
"""Lines and tokens of one file that are looked at; a release of every chart that there is has fewer."""
MAX_DEPTH = 100
"""Nested collections; what is deeper is passed over (a Kubernetes manifest has some thirty levels)."""

# A Helm or Jinja template inside double quotes may hold quotes of its own; no brace inside keeps the search linear.
TEMPLATE = r"\{\{[^{}\n]*+\}\}"
DOUBLE = r'"[^"\\{]*+(?:(?:\\[\s\S]|\{\{[-\s.$(\w][^{}\n]*+\}\}|\{)[^"\\{]*+|(?!))*+"'
SINGLE = r"'[^']*+(?:''[^']*+|(?!))*+'"

_TOKEN = re.compile(
    r"[ \t\r\n]++"
    rf"|({DOUBLE})"  # 1
    rf"|({SINGLE})"  # 2
    rf"|((?!{TEMPLATE}|\{{%)[\[{{])"  # 3
    r"|([\]}])"  # 4
    r"|(,)"  # 5
    r"|(:)(?:(?=[\s,\[\]{}]|\Z)|(?<=[\"']:))"  # 6: after a quoted key, as in JSON, no space is needed
    r"|(?<=\s)#[^\n]*+"
    r"|([&!][^\s,\[\]{}]*+)"  # 7
    r"|\*([^\s,\[\]{}]++)"  # 8
    rf"|((?:{TEMPLATE}|\{{%[^%\n]*+%\}}|[^\s,\[\]{{}}:]|:(?![\s,\[\]{{}}]))"  # 9
    rf"(?:[^\n,\[\]{{}}:#$]|:(?![\s,\[\]{{}}])|(?<=[^ \t])#|\$\{{[^\n{{}}]*+\}}|\$|{TEMPLATE}|(?!))*+)"
    r"|[\s\S]",
    re.ASCII,
)
_DOUBLE, _SINGLE, _OPEN, _CLOSE, _COMMA, _COLON, _PROPERTY, _ALIAS, _PLAIN = range(1, 10)


def refuse_more_than(work: int) -> None:
    """Stop where a file takes more work than it is worth.

    :raises TooLarge: beyond :data:`MAX_WORK`.
    """
    if work > MAX_WORK:
        raise TooLarge(f"more than {MAX_WORK:,} lines and values of YAML to read")


class FlowReader:
    """Reads one flow collection into a document; the loop is iterative, so depth costs no stack."""

    __slots__ = (
        "_anchor",
        "_document",
        "_key",
        "_key_start",
        "_open",
        "_pairs",
        "_plain",
        "_ready",
        "_tag",
        "_text",
        "work",
    )

    def __init__(self, text: str, document: Document) -> None:
        self._text = text
        self._document = document
        self._open: list[Mapping | Sequence] = []
        self._pairs: list[Mapping] = []
        """The open mappings that have no braces: ``[key: value]``."""
        self._key: str | None = None
        self._key_start = 0
        self._ready = -1
        """The offset after the key's colon: a value comes next; -1 before the colon."""
        self._plain: Scalar | None = None
        """The plain scalar just read, which a next line may continue."""
        self._anchor = ""
        self._tag = ""
        self.work = 0
        """How many tokens were read."""

    def read(
        self, parent: Mapping | Sequence | None, key: str, key_start: int, start: int, end: int
    ) -> tuple[Mapping | Sequence | None, int]:
        """Read the collection that opens at ``start``: its node, and the offset after it.

        ``None`` where it does not close before ``end``; then the document is as it was.

        :raises TooLarge: beyond :data:`MAX_WORK` tokens.
        """
        marks = len(self._document.scalars), len(self._document.mappings)
        text, too_deep = self._text, 0
        root: Mapping | Sequence | None = None
        for token in _TOKEN.finditer(text, start, end):
            kind = token.lastindex
            if kind is None:
                continue
            self.work += 1
            if self.work > MAX_WORK:
                refuse_more_than(self.work)
            at = token.start()
            if kind == _OPEN:
                if too_deep or len(self._open) >= MAX_DEPTH:
                    too_deep += 1
                    continue
                node = self._container(text[at] == "{", parent, key, key_start, at)
                root = root or node
            elif kind == _CLOSE:
                if too_deep:
                    too_deep -= 1
                    continue
                self._close()
                if not self._open:
                    return root, token.end()
            elif too_deep:
                continue
            elif kind == _COMMA:
                self._next()
            elif kind == _COLON:
                self._colon(token.end())
            elif kind == _PROPERTY:
                if text[at] == "&":
                    self._anchor = text[at + 1 : token.end()]
                else:
                    self._tag = text[at : token.end()]
            else:
                self._scalar(kind, token)
        del self._document.scalars[marks[0] :]
        del self._document.mappings[marks[1] :]
        return None, start

    def _container(
        self, is_mapping: bool, parent: Mapping | Sequence | None, key: str, key_start: int, at: int
    ) -> Mapping | Sequence:
        node: Mapping | Sequence
        if self._open:
            parent = self._open[-1]
            key, key_start = (self._key or "", self._key_start) if isinstance(parent, Mapping) else ("", at)
        if is_mapping:
            node = Mapping(parent, key, key_start, flow=True)
            self._document.mappings.append(node)
        else:
            node = Sequence(parent, key, key_start, flow=True)
        if self._open:
            self._put(node)
        self._open.append(node)
        self._plain = None
        return node

    def _put(self, node: Node) -> None:
        around = self._open[-1]
        if isinstance(around, Sequence):
            around.items.append(node)
        elif self._ready >= 0 and self._key is not None:
            around.entries[self._key] = node
        if self._anchor:
            self._document.anchors[self._anchor] = node
        self._anchor = self._tag = ""
        self._key, self._ready = None, -1

    def _scalar(self, kind: int, token: re.Match[str]) -> None:
        start, end = token.span(kind)
        text, around = self._text, self._open[-1]
        style = Style.PLAIN
        if kind <= _SINGLE:
            start, end = start + 1, end - 1
            style = Style.DOUBLE if kind == _DOUBLE else Style.SINGLE
        elif kind == _ALIAS:
            style = Style.ALIAS
        else:
            while text[end - 1] in " \t\r":
                end -= 1
            if self._plain is not None:
                self._plain.end = end
                return
        if isinstance(around, Mapping) and self._ready < 0:
            if self._key is None:
                self._key, self._key_start = text[start:end], start
                if kind == _SINGLE:
                    self._key = self._key.replace("''", "'")
            return
        key, key_start = (self._key or "", self._key_start) if isinstance(around, Mapping) else ("", start)
        scalar = Scalar(around, key, key_start, start, end, style, self._tag, flow=True)
        self._document.scalars.append(scalar)
        self._put(scalar)
        self._plain = scalar if kind == _PLAIN else None

    def _colon(self, after: int) -> None:
        around = self._open[-1]
        self._plain = None
        if isinstance(around, Mapping):
            if self._key is not None:
                self._ready = after
        elif (
            around.items and isinstance(key := around.items[-1], Scalar) and key is self._document.scalars[-1]
        ):
            self._document.scalars.pop()
            pair = Mapping(around, "", key.key_start, flow=True)
            self._document.mappings.append(pair)
            around.items[-1] = pair
            self._open.append(pair)
            self._pairs.append(pair)
            self._key, self._key_start, self._ready = self._text[key.start : key.end], key.start, after

    def _next(self) -> None:
        around = self._open[-1]
        if isinstance(around, Mapping):
            if self._key is not None:
                after = self._ready if self._ready >= 0 else self._key_start + len(self._key)
                empty = Scalar(
                    around, self._key, self._key_start, after, after, Style.EMPTY, self._tag, flow=True
                )
                around.entries[self._key] = empty
                self._document.scalars.append(empty)
            if self._pairs and self._pairs[-1] is around:
                self._pairs.pop()
                self._open.pop()
        self._key, self._ready, self._plain = None, -1, None
        self._anchor = self._tag = ""

    def _close(self) -> None:
        self._next()
        self._open.pop()
