"""One reading of a YAML file: its bytes, its text, and the references found so far, each once."""

import re

from tagwake.core.pin import Form
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.written import TEMPLATE, read_written
from tagwake.formats.code.yaml_nodes import Document, Mapping, Node, Scalar, Sequence, Style
from tagwake.formats.code.yaml_outline import read_outline

MAX_VALUE = 4096
"""A longer value is no reference (core: ``MAX_TEXT``)."""
_TEXT_TAGS = frozenset({"", "!", "!!str", "!Sub", "!unsafe", "!vault-text"})
_NO_IMAGE = re.compile(
    r"(?i:true|false|null|~|yes|no|on|off|none)\Z|[\d.]+\Z|[/!*|=]|\.{1,2}/|ami-[0-9a-f]+\Z|projects/|(?:github|gitlab)\.com/|\w:\\"
    r"|(?!docker:|docker-image:|docker-daemon:|oci:|containers-storage:)[A-Za-z][A-Za-z0-9+.-]*://|data:"
    r"|[^\s@:]+\.(?i:png|jpe?g|gif|svg|webp|ico|avif|bmp|iso|img|qcow2?|vmdk|vhdx?|ova|raw|gz|xz|zst|zip|tar|bin)\Z",
    re.ASCII,
)
"""What a value under a key like ``image`` may be instead: a flag, a picture, a disk, a machine image, a pattern, and the
import path of a Go program that ko builds (``github.com/…``: no host of images)."""
_LOOKS_LIKE_ONE = re.compile(r"[/:@]")
_BLANK = re.compile(r"\s", re.ASCII)
_CI_TEMPLATE = re.compile(r"<<[^<>\n]++>>")


class Reading:
    """The references of one YAML file; kinds add to it."""

    __slots__ = ("_seen", "data", "document", "findings", "is_keyed", "is_short", "text")

    def __init__(self, data: bytes, text: str) -> None:
        self.data = data
        self.text = text
        self.document = Document()
        """The document that is being read: aliases are resolved in it."""
        self.findings: list[Finding] = []
        self.is_keyed = True
        """Whether references may be split over keys here; ``False`` where a search says that they cannot."""
        self.is_short = False
        """Whether a full outline may find more: a tag's name may stand under a key that was not looked for."""
        self._seen: set[int] = set()

    def raw(self, scalar: Scalar) -> str:
        """The text of a scalar as written, one character a byte."""
        return self.text[scalar.start : scalar.end]

    def resolved(self, node: Node | None) -> Node | None:
        """The node, or the one that an alias stands for."""
        if isinstance(node, Scalar) and node.style == Style.ALIAS:
            return self.document.anchors.get(self.raw(node))
        return node

    def look(self, mapping: Mapping, key: str) -> Node | None:
        """The value of a key, aliases and merge keys (``<<: *base``) followed."""
        node = mapping.entries.get(key)
        if node is None and "<<" in mapping.entries:
            merged = mapping.entries["<<"]
            for base in merged.items if isinstance(merged, Sequence) else [merged]:
                target = self.resolved(base)
                if isinstance(target, Mapping) and target is not mapping and key in target.entries:
                    node = target.entries[key]
                    break
        return self.resolved(node)

    def string(self, node: Node | None) -> str:
        """The text of a scalar; empty for anything else, and for ``null``."""
        if not isinstance(node, Scalar) or node.style >= Style.EMPTY or node.end - node.start > MAX_VALUE:
            return ""
        raw = self.raw(node)
        return "" if node.style == Style.PLAIN and raw in {"~", "null"} else raw

    def is_taken(self, node: Node) -> bool:
        """Whether a value is part of a reference already found."""
        return isinstance(node, Scalar) and node.start in self._seen

    def take(self, *nodes: Node | None) -> None:
        """These values are spoken for."""
        self._seen.update(node.start for node in nodes if isinstance(node, Scalar))

    def add(self, finding: Finding) -> None:
        """One more reference."""
        self.findings.append(finding)

    def image(
        self, node: Node | None, *, certain: bool = True, platform: str | None = None
    ) -> Finding | None:
        """Read a value that its key calls an image; ``None`` where it is none, or is found already.

        ``certain`` says that the place holds nothing but images, as in a container of a pod. Elsewhere a key like
        ``image`` may mean a machine's or a picture, so there a value counts if it has one of ``/``, ``:`` and ``@``
        and is well-formed.
        """
        node = self.resolved(node)
        if not isinstance(node, Scalar) or node.tag not in _TEXT_TAGS or node.start in self._seen:
            return None
        raw = self.string(node)
        if not raw or "\n" in raw or _NO_IMAGE.match(raw):
            return None
        if not certain and not _LOOKS_LIKE_ONE.search(raw):
            return None
        unread = "<<…>> is filled in elsewhere" if _CI_TEMPLATE.search(raw) else ""
        if node.style == Style.DOUBLE and "\\" in raw:
            unread = "it is written with escapes, and those are not followed"
        if unread:
            span = node.start, node.end
            found: Finding | None = Finding(span, self.shown(node), Form.TEMPLATED, reason=unread)
        elif _BLANK.search(raw) and not TEMPLATE.search(self.data, node.start, node.end):
            return None
        else:
            found = read_written(self.data, node.start, node.end)
            if found is not None and found.form == Form.TEMPLATED and "-" in raw:
                from tagwake.formats.code.shell_defaults import read_with_defaults

                found = read_with_defaults(self.data, node.start, node.end) or found
        if (
            found is None
            or found.span[0] == found.span[1]
            or (found.form == Form.INVALID and not certain and "@sha" not in raw)
        ):
            return None
        self._seen.add(node.start)
        found.platform = platform
        self.findings.append(found)
        return found

    def shown(self, scalar: Scalar) -> str:
        """The text of a scalar as people read it."""
        return self.data[scalar.start : scalar.end].decode("utf-8", "replace")

    def inner(self, scalar: Scalar, needles: tuple[str, ...]) -> list[Document]:
        """The documents of YAML that stands in a block scalar; offsets stay those of the file."""
        line_start = self.text.rfind("\n", 0, scalar.start) + 1
        inner = read_outline(self.text, needles, line_start, scalar.end)
        if inner:
            self.document = inner[0]
        return inner
