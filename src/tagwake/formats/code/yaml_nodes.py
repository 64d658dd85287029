"""What an outline of YAML is made of: scalars with their byte spans, mappings, sequences, documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum


class Style(IntEnum):
    """How a scalar is written (YAML 1.2.2, chapter 7 and section 8.1)."""

    PLAIN = 0
    SINGLE = 1
    DOUBLE = 2
    LITERAL = 3
    FOLDED = 4
    EMPTY = 5
    """A key with nothing after it: the span is empty and stands right after the colon."""
    ALIAS = 6
    """The span is the anchor's name, without its star."""


class Scalar:
    """A scalar and where it stands.

    ``start`` and ``end`` are byte offsets of the text inside the quotes; of a block scalar, from its first to its
    last character that is no white space. ``key_start`` is the offset of its key, of its dash in a sequence.
    """

    __slots__ = ("end", "flow", "key", "key_start", "parent", "start", "style", "tag")

    def __init__(  # noqa: PLR0917 - made once a line: naming the arguments costs a tenth of the reading
        self,
        parent: Mapping | Sequence | None,
        key: str,
        key_start: int,
        start: int,
        end: int,
        style: Style,
        tag: str = "",
        flow: bool = False,
    ) -> None:
        self.parent = parent
        self.key = key
        self.key_start = key_start
        self.start = start
        self.end = end
        self.style = style
        self.tag = tag
        self.flow = flow


class Mapping:
    """A mapping: ``entries`` keeps the last value of each key, keys without their quotes."""

    __slots__ = ("anchor", "entries", "flow", "key", "key_start", "parent")

    def __init__(
        self, parent: Mapping | Sequence | None, key: str, key_start: int, flow: bool = False
    ) -> None:
        self.parent = parent
        self.key = key
        self.key_start = key_start
        self.flow = flow
        self.anchor = ""
        self.entries: dict[str, Node] = {}

    def mapping(self, key: str) -> Mapping | None:
        """The value of a key where it is a mapping."""
        value = self.entries.get(key)
        return value if isinstance(value, Mapping) else None

    def sequence(self, key: str) -> Sequence | None:
        """The value of a key where it is a sequence."""
        value = self.entries.get(key)
        return value if isinstance(value, Sequence) else None

    def scalar(self, key: str) -> Scalar | None:
        """The value of a key where it is a scalar with a text: neither empty nor an alias."""
        value = self.entries.get(key)
        return value if isinstance(value, Scalar) and value.style < Style.EMPTY else None


class Sequence:
    """A sequence."""

    __slots__ = ("anchor", "flow", "items", "key", "key_start", "parent")

    def __init__(
        self, parent: Mapping | Sequence | None, key: str, key_start: int, flow: bool = False
    ) -> None:
        self.parent = parent
        self.key = key
        self.key_start = key_start
        self.flow = flow
        self.anchor = ""
        self.items: list[Node] = []


Node = Scalar | Mapping | Sequence


@dataclass(slots=True)
class Document:
    """One document of a stream: its root, and all of its scalars and mappings in the order of the text."""

    root: Node | None = None
    scalars: list[Scalar] = field(default_factory=list)
    mappings: list[Mapping] = field(default_factory=list)
    anchors: dict[str, Node] = field(default_factory=dict)

    @property
    def top(self) -> Mapping | None:
        """The root where it is a mapping."""
        return self.root if isinstance(self.root, Mapping) else None


def ancestors(node: Node) -> Iterator[Mapping | Sequence]:
    """The containers around a node, the nearest first."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def chain(node: Node) -> list[str]:
    """The keys that lead to a node, outermost first, its own last; a sequence adds none."""
    keys = [node.key, *(around.key for around in ancestors(node))]
    return [key for key in reversed(keys) if key]
