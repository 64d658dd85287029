"""A tolerant reader of YAML that gives byte spans: line by line, never raising, in linear time.

It is no YAML parser: it reads what Helm and Jinja templates leave of a document, and never says that one is wrong.
The text is the file's bytes as Latin-1, so that offsets of characters are offsets of bytes.
"""

import re

from tagwake.formats.code.yaml_flow import (
    MAX_DEPTH,
    MAX_WORK,
    FlowReader,
    refuse_more_than,
)
from tagwake.formats.code.yaml_nodes import Document, Mapping, Node, Scalar, Sequence, Style
from tagwake.formats.code.yaml_tokens import (
    ALIAS,
    BLANK_LINES,
    BLOCK,
    DOUBLE_QUOTED,
    DOUBLE_QUOTED_LINE,
    FLOW,
    LEAVES,
    LINE,
    MARKER,
    PLAIN,
    PROPERTIES,
    SINGLE_QUOTED,
    SINGLE_QUOTED_LINE,
    TEMPLATE_LINE,
    USUAL,
    end_of_block,
    end_of_value,
)

_MAX_SKIP_DEPTH = 40
_MAX_TEMPLATE = 10_000
"""How long a template over several lines may be: a licence in a comment is the longest that is seen."""


def read_outline(
    text: str, needles: tuple[str, ...] = (), start: int = 0, end: int | None = None
) -> list[Document]:
    """The documents of a YAML text, which is bytes as Latin-1: all, or around what is of interest.

    :param needles: parts of the keys that are looked for. The outline then has every scalar on a line with a needle,
        and the whole value of a key on such a line; it leaves out most of the lines and of the mappings without one.
        Without needles it has everything.
    :param start: where to begin, at the start of a line; with ``end``, a part that is YAML by itself.
    :raises TooLarge: where the text takes more work than any file that people maintain.
    """
    return OutlineReader(text, needles, start, len(text) if end is None else end).read()


class OutlineReader:
    """The state of one reading: the open collections with their columns, and the key that waits for its value."""

    __slots__ = (
        "_at",
        "_columns",
        "_document",
        "_documents",
        "_double",
        "_end",
        "_flows_end",
        "_found",
        "_full_until",
        "_hit",
        "_needles",
        "_nodes",
        "_plain",
        "_plain_end",
        "_single",
        "_text",
        "_unclosed_until",
        "_waiting",
        "_work",
    )

    def __init__(self, text: str, needles: tuple[str, ...], start: int, end: int) -> None:
        self._text = text
        self._end = end
        self._at = start + 3 if text.startswith("\u00ef\u00bb\u00bf", start) else start
        self._work = 0
        """How many lines and tokens were read."""
        self._needles = needles
        self._found = [-1] * len(needles)
        self._hit = -1
        """The start of the next line with a needle."""
        self._full_until = -1
        """The end of the value of a key with a needle: nothing in it is passed over."""
        self._double, self._single, self._flows_end = DOUBLE_QUOTED, SINGLE_QUOTED, True
        self._unclosed_until = -1
        """No template closes before this offset."""
        self._document = Document()
        self._documents = [self._document]
        self._begin()

    def _begin(self) -> None:
        """Start a document."""
        if self._document.root is not None:
            self._document = Document()
            self._documents.append(self._document)
        self._columns = [-2]
        self._nodes: list[Mapping | Sequence | None] = [None]
        self._plain: Scalar | None = None
        self._plain_end = -1
        # parent, key, offset of the key, column, anchor, tag, offset after the colon
        self._waiting: tuple[Mapping | Sequence | None, str, int, int, str, str, int] | None
        self._waiting = (None, "", self._at, -1, "", "", self._at)

    def read(self) -> list[Document]:
        """Read to the end.

        :raises TooLarge: where the text takes too much work.
        """
        text, end, line, usual = self._text, self._end, LINE.match, USUAL.match
        filtered = bool(self._needles)
        while self._at < end:
            at = self._at
            if filtered and at >= self._full_until:
                if self._hit < at and not self._advance(at):
                    break
                if at < self._hit:
                    leaves = LEAVES.match(text, at, self._hit)
                    if leaves:
                        self._at = leaves.end()
                        continue
            self._work += 1
            if self._work > MAX_WORK:
                refuse_more_than(self._work)
            match = usual(text, at, end)
            if match:
                self._usual(at, match)
            else:
                match = line(text, at, end)
                assert match is not None
                self._line(at, match)
        self._settle()
        return [document for document in self._documents if document.root is not None]

    def _advance(self, at: int) -> bool:
        """Find the next line with a needle; ``False`` where there is none."""
        text, end = self._text, self._end
        nearest = end
        for index, needle in enumerate(self._needles):
            found = self._found[index]
            if found < at:
                found = text.find(needle, at, end)
                if found < 0:
                    found = end
                self._found[index] = found
            if found < nearest:  # noqa: PLR1730 - a call of min() for each needle is a tenth of the search
                nearest = found
        if nearest == end:
            return False
        self._hit = max(at, text.rfind("\n", at, nearest) + 1)
        return True

    def _usual(self, at: int, match: re.Match[str]) -> None:
        """Take a usual line; it does what :meth:`_line` does, in less time."""
        columns, nodes = self._columns, self._nodes
        indent_end = match.end(1)
        column = indent_end - at
        while columns[-1] > column or (columns[-1] == column and type(nodes[-1]) is Sequence):
            columns.pop()
            nodes.pop()
        if columns[-1] == column:
            if self._waiting is not None:
                self._settle()
        elif not self._open_mapping(column):
            self._at = match.end()
            return
        mapping = nodes[-1]
        key = match[2]
        start, stop = match.span(3)
        self._at = match.end()
        if start < 0:
            self._waiting = (mapping, key, indent_end, column, "", "", match.end(2) + 1)
            if self._needles:
                self._pass_over(at, column, is_item=False)
            return
        while self._text[stop - 1] in " \t":
            stop -= 1
        self._plain = scalar = Scalar(mapping, key, indent_end, start, stop, Style.PLAIN)
        self._plain_end = self._at
        self._document.scalars.append(scalar)
        assert type(mapping) is Mapping
        mapping.entries[key] = scalar

    def _line(self, at: int, match: re.Match[str]) -> None:
        text = self._text
        indent_end, first, key_start = match.end(1), match.end(2), match.start(3)
        value = match.end()
        char = text[value] if value < self._end else "\n"
        if first > indent_end:
            if self._continues(match, value, char, indent_end - at):
                return
            column = self._dashes(at, indent_end, first)
        elif key_start < 0:
            self._other(at, indent_end - at, value, char)
            return
        else:
            column = key_start - at
        if key_start >= 0:
            column = key_start - at
            if not self._key(match, column):
                self._at = self._line_end(value)
                return
        self._value(value, char, column)
        if self._needles:
            self._pass_over(at, indent_end - at if first > indent_end else column, is_item=first > indent_end)

    def _pass_over(self, at: int, column: int, *, is_item: bool) -> None:
        """Go on after the value that began on this line, if nothing of interest is in it."""
        if self._at <= self._full_until:
            return
        if self._hit == at:
            if self._waiting is not None:
                end = end_of_value(self._waiting[3], False).search(
                    self._text, max(self._at - 1, at), self._end
                )
                self._full_until = end.end() if end else self._end
        elif (
            (is_item or self._waiting is not None)
            and self._at < self._hit
            and len(self._columns) < _MAX_SKIP_DEPTH
        ):
            end = end_of_value(column, is_item).search(self._text, max(self._at - 1, at), self._hit)
            if end and end.end() > self._at:
                self._at = end.end()
                self._waiting = None

    def _line_end(self, at: int) -> int:
        found = self._text.find("\n", at, self._end)
        return self._end if found < 0 else found + 1

    # where a line stands

    def _continues(self, match: re.Match[str], value: int, char: str, column: int) -> bool:
        """Whether a line with a dash is more of the plain scalar before it; it is taken then."""
        if match.start(3) >= 0 or self._plain is None or self._plain_end != match.start():
            return False
        if self._waiting is not None or column <= self._columns[-1] or char in "\r\n":
            return False
        return self._more_plain(match.end(1), value)

    def _more_plain(self, start: int, value: int) -> bool:
        found = PLAIN.match(self._text, value, self._end)
        if self._plain is None or not found:
            return False
        self._plain.end = self._trimmed(start, found.end())
        self._at = self._plain_end = self._line_end(found.end())
        return True

    def _trimmed(self, start: int, end: int) -> int:
        text = self._text
        while end > start and text[end - 1] in " \t\r":
            end -= 1
        return end

    def _settle(self) -> None:
        """The key that waits gets no value."""
        if self._waiting is not None:
            parent, key, key_start, column, anchor, tag, after = self._waiting
            self._waiting = None
            if column >= 0:
                scalar = Scalar(parent, key, key_start, after, after, Style.EMPTY, tag)
                self._document.scalars.append(scalar)
                self._attach(scalar, anchor)

    def _attach(self, node: Node, anchor: str) -> None:
        parent = node.parent
        if parent is None:
            if self._document.root is None:
                self._document.root = node
        elif isinstance(parent, Mapping):
            parent.entries[node.key] = node
        else:
            parent.items.append(node)
        if anchor:
            self._document.anchors[anchor] = node

    def _adopt(self, column: int, may_share: bool) -> tuple[Mapping | Sequence | None, str, int, str]:
        """Parent, key, offset of the key and anchor for a collection that begins at this column.

        It is the value of the key that waits, or where that cannot be (a template has moved the lines) a child
        without a key of what is open.
        """
        waiting = self._waiting
        if waiting is not None and (waiting[3] < column or (may_share and waiting[3] == column)):
            self._waiting = None
            return waiting[0], waiting[1], waiting[2], waiting[4]
        self._settle()
        return self._nodes[-1], "", self._at, ""

    def _dashes(self, at: int, start: int, end: int) -> int:
        """Take the dashes of a line: the column of the last one."""
        text, columns, nodes = self._text, self._columns, self._nodes
        column = start - at
        while start < end:
            if text[start] != "-":
                start += 1
                continue
            column = start - at
            while columns[-1] > column:
                columns.pop()
                nodes.pop()
            top = nodes[-1]
            if columns[-1] == column and isinstance(top, Sequence):
                self._settle()
            elif len(columns) > MAX_DEPTH:
                return column
            else:
                waiting = self._waiting
                share = waiting is not None and isinstance(waiting[0], Mapping)
                parent, key, key_start, anchor = self._adopt(column, share)
                top = Sequence(parent, key, key_start)
                self._attach(top, anchor)
                columns.append(column)
                nodes.append(top)
            self._waiting = (top, "", start, column, "", "", start + 1)
            start += 1
        return column

    def _key(self, match: re.Match[str], column: int) -> bool:
        """Take a key: it waits for its value; ``False`` where it is too deep."""
        columns, nodes = self._columns, self._nodes
        while columns[-1] > column or (columns[-1] == column and type(nodes[-1]) is Sequence):
            columns.pop()
            nodes.pop()
        if columns[-1] == column:
            if self._waiting is not None:
                self._settle()
        elif not self._open_mapping(column):
            return False
        name = match[3]
        start = match.start(3)
        if name[0] in "\"'":
            name = name[1:-1] if name[0] == '"' else name[1:-1].replace("''", "'")
        elif name[-1] in " \t":
            name = name.rstrip(" \t")
        self._waiting = (nodes[-1], name, start, column, "", "", match.end(3) + 1)
        return True

    def _open_mapping(self, column: int) -> bool:
        """A mapping begins at this column; ``False`` where it is too deep."""
        if len(self._columns) > MAX_DEPTH:
            return False
        parent, key, key_start, anchor = self._adopt(column, may_share=False)
        mapping = Mapping(parent, key, key_start)
        self._document.mappings.append(mapping)
        self._attach(mapping, anchor)
        self._columns.append(column)
        self._nodes.append(mapping)
        return True

    # what a line holds

    def _other(self, at: int, column: int, value: int, char: str) -> None:
        """Take a line with neither key nor dash."""
        text = self._text
        if char in "\r\n":
            blank = BLANK_LINES.match(text, at, self._end)
            self._at = blank.end() if blank else self._line_end(value)
            if self._plain_end == at:
                self._plain_end = self._at
        elif char == "#":
            self._at = self._line_end(value)
        elif column == 0 and char in "-." and MARKER.match(text, value, self._end):
            self._settle()
            self._at = value + 3
            self._begin()
            while self._at < self._end and text[self._at] in " \t":
                self._at += 1
            rest = text[self._at] if self._at < self._end else "\n"
            if rest in "\r\n#":
                self._at = self._line_end(self._at)
            else:
                self._value(self._at, rest, -1)
        elif column == 0 and char == "%":
            self._at = self._line_end(value)
        elif char == "{" and TEMPLATE_LINE.match(text, value, self._end):
            self._at = self._template(value)
        elif self._waiting is not None and column > self._waiting[3]:
            self._value(value, char, self._waiting[3])
        elif (
            self._plain_end == at
            and self._waiting is None
            and column > self._columns[-1]
            and self._more_plain(value, value)
        ):
            return
        else:
            self._at = self._line_end(value)

    def _template(self, value: int) -> int:
        """The line after a template that stands alone; it may go over several lines."""
        end = self._line_end(value)
        if (
            self._text.startswith("{{", value)
            and value >= self._unclosed_until
            and self._text.find("}}", value, end) < 0
        ):
            until = min(self._end, end + _MAX_TEMPLATE)
            closed = self._text.find("}}", end, until)
            if closed >= 0:
                return self._line_end(closed)
            self._unclosed_until = until
        return end

    def _value(self, value: int, char: str, column: int) -> None:
        """Take what stands after a key, a dash or on a line of its own: the value of what waits."""
        text, end = self._text, self._end
        waiting = self._waiting
        if char in "&!" and waiting is not None:
            properties = PROPERTIES.match(text, value, end)
            if properties:
                anchor, tag = waiting[4], waiting[5]
                for word in properties[0].replace("\t", " ").split(" "):
                    if not word:
                        continue
                    anchor, tag = (word[1:], tag) if word[0] == "&" else (anchor, word)
                waiting = self._waiting = (*waiting[:4], anchor, tag, properties.end())
                value = properties.end()
                char = text[value] if value < end else "\n"
        if char in "\r\n#":
            self._at = self._line_end(value)
            return
        if waiting is None:
            self._at = self._line_end(value)
            return
        self._waiting = None
        parent, key, key_start, _, anchor, tag, _ = waiting
        start, stop, style = value, value, Style.PLAIN
        if char in "\"'":
            pattern = self._double if char == '"' else self._single
            found = pattern.match(text, value, end)
            if not found and pattern is DOUBLE_QUOTED:
                self._double = pattern = DOUBLE_QUOTED_LINE
                found = pattern.match(text, value, end)
            elif not found and pattern is SINGLE_QUOTED:
                self._single = pattern = SINGLE_QUOTED_LINE
                found = pattern.match(text, value, end)
            if found:
                start, stop = value + 1, found.end() - 1
                style = Style.DOUBLE if char == '"' else Style.SINGLE
                self._at = self._line_end(found.end())
        elif char in "{[" and FLOW.match(text, value, end):
            if self._flow(parent, key, key_start, value, anchor):
                return
        elif char in "|>":
            found = BLOCK.match(text, value, end)
            if found:
                start, stop = self._block(found.end(), column)
                style = Style.LITERAL if char == "|" else Style.FOLDED
        elif char == "*":
            found = ALIAS.match(text, value, end)
            if found:
                start, stop, style = found.start(1), found.end(1), Style.ALIAS
                self._at = self._line_end(stop)
        if style == Style.PLAIN:
            found = PLAIN.match(text, value, end)
            stop = self._trimmed(value, found.end() if found else value)
            self._at = self._line_end(stop)
        scalar = Scalar(parent, key, key_start, start, stop, style, tag)
        if style == Style.PLAIN:
            # a comment ends a plain scalar
            self._plain, self._plain_end = scalar, self._at if "#" not in text[stop : self._at] else -1
        self._document.scalars.append(scalar)
        self._attach(scalar, anchor)

    def _block(self, header_end: int, column: int) -> tuple[int, int]:
        """The span of a block scalar's text whose header ends here; goes on after it."""
        text = self._text
        found = end_of_block(column).search(text, header_end, self._end)
        stop = found.start() if found else self._end
        self._at = found.end() if found else self._end
        start = header_end
        while start < stop and text[start] in " \t\r\n":
            start += 1
        while stop > start and text[stop - 1] in " \t\r\n":
            stop -= 1
        return start, stop

    def _flow(
        self, parent: Mapping | Sequence | None, key: str, key_start: int, value: int, anchor: str
    ) -> bool:
        """Read a flow collection; ``False`` where it is not closed."""
        limit = self._end if self._flows_end else self._line_end(value)
        reader = FlowReader(self._text, self._document)
        node, after = reader.read(parent, key, key_start, value, limit)
        self._work += reader.work
        if node is None and self._flows_end:
            # one that never closes would swallow the rest: from here on they end with their line
            self._flows_end = False
            limit = self._line_end(value)
            reader = FlowReader(self._text, self._document)
            node, after = reader.read(parent, key, key_start, value, limit)
        if node is None:
            return False
        self._attach(node, anchor)
        self._at = self._line_end(after)
        return True
