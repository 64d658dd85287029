"""Puts a reference together whose name, tag and digest stand under keys of their own, and says where a digest goes."""

import re

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidDigest, InvalidReference
from tagwake.core.pin import Form, Slot
from tagwake.core.reference import Reference
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.written import TEMPLATE
from tagwake.formats.code.yaml_nodes import Scalar, Style
from tagwake.formats.code.yaml_reading import Reading

BARE_HEX = re.compile(r"[0-9a-f]{64}\Z")
"""A digest without its algorithm: sha256."""
_NEXT_IN_FLOW = re.compile(r"\s*+[,}]")
SCHEME = re.compile(r"(?:docker|oci|docker-image)://")


class Split:
    """Puts the parts of one reference together."""

    __slots__ = ("_reading", "_shared", "_values")

    def __init__(self, reading: Reading, values: dict[str, Scalar], shared: bool = False) -> None:
        self._reading = reading
        self._values = values
        self._shared = shared

    def add(self, slot: Slot | None = None) -> None:
        """Add the reference; ``slot`` is where a digest goes that is not there yet, if neither key nor tag takes it."""
        reading, values = self._reading, self._values
        name = self._name()
        tag, at, in_tag = reading.string(values.get("tag")).partition("@")
        digest_node = values.get("digest")
        written = reading.string(digest_node)
        reading.take(values.get("tag"), values["repository"], digest_node)
        repository = reading.string(values["repository"])
        if repository.endswith(("@sha256", "@sha512")) and BARE_HEX.match(tag) and not at:
            name, tag, written, digest_node = name[:-7], "", tag, values["tag"]
            values = {key: node for key, node in values.items() if key != "tag"} | {"digest": digest_node}
        if at:
            node = values["tag"]
            span = node.start + len(tag) + 1, node.end
            rest = {key: value for key, value in values.items() if key != "digest"}
            self._finding((name, tag, in_tag), span, Form.TAG_VALUE, rest)
            if not written or digest_node is None:
                return
            # both are written, and which one the chart takes is the chart's affair: both are kept current
            span = self._hex_span(digest_node, written)
            self._finding((name, tag, written), span, Form.SPLIT, {"digest": digest_node})
            return
        span_of_digest = self._hex_span(digest_node, written) if written and digest_node else None
        self._finding((name, tag, written), span_of_digest, Form.SPLIT, values, slot or self._slot())

    def _name(self) -> str:
        reading, values = self._reading, self._values
        repository = SCHEME.sub("", reading.string(values["repository"]), count=1).strip("/")
        registry = reading.string(values.get("registry")).strip("/")
        first, slash, _ = repository.partition("/")
        if not registry or (slash and ("." in first or ":" in first or first == "localhost")):
            return repository
        return f"{SCHEME.sub('', registry, count=1)}/{repository}"

    @staticmethod
    def _hex_span(node: Scalar, written: str) -> tuple[int, int]:
        return node.start + len(written) - len(written.removeprefix("@")), node.end

    def _slot(self) -> Slot | None:
        """Inside a digest key that is there and empty, else after the tag."""
        digest, tag = self._values.get("digest"), self._values.get("tag")
        if digest is not None:
            if digest.style == Style.EMPTY:
                return Slot((digest.start, digest.start), " ")
            if digest.style <= Style.DOUBLE:
                return Slot((digest.start, digest.end), "")
        if tag is None or self._shared or tag.style == Style.EMPTY:
            return None
        return Slot((tag.end, tag.end))

    def _finding(
        self,
        texts: tuple[str, str, str],
        digest_span: tuple[int, int] | None,
        form: Form,
        values: dict[str, Scalar],
        slot: Slot | None = None,
    ) -> None:
        name, tag, written = (text.encode("latin-1").decode("utf-8", "replace") for text in texts)
        used = {key: node for key, node in values.items() if self._reading.string(node)}
        digest = written if form == Form.TAG_VALUE else written.removeprefix("@")
        if BARE_HEX.match(digest):
            digest = f"sha256:{digest}"
        is_pinned = bool(digest) or form == Form.TAG_VALUE
        text = name + (f":{tag}" if tag else "") + (f"@{digest}" if is_pinned else "")
        # tag and digest stand together: that is the place to show, wherever the repository stands
        held = [used["tag"]] if form == Form.TAG_VALUE else used.values()
        span = min(node.start for node in held), max(node.end for node in held)
        finding = Finding(span, text, form, parts={key: (node.start, node.end) for key, node in used.items()})
        template = TEMPLATE.search(text.encode())
        try:
            if template:
                shown = template[0].decode("utf-8", "replace")
                finding.form, finding.reason = Form.TEMPLATED, f"{shown} is filled in elsewhere"
            elif (
                "." in name and "/" not in name
            ):  # as kubeadm's imageRepository: no image of Docker Hub's own has a dot
                finding.form, finding.reason = (
                    Form.TEMPLATED,
                    f"{name} is a registry: which image of it is said elsewhere",
                )
            else:
                if is_pinned:
                    Digest.parse(digest)
                finding.reference = Reference.parse(text)
                finding.digest_span = digest_span
                finding.slot = None if is_pinned else slot
        except (InvalidReference, InvalidDigest) as error:
            finding.form, finding.reason = Form.INVALID, error.problem
        self._reading.add(finding)


def line_slot(reading: Reading, sibling: Scalar) -> Slot | None:
    """The place of a new ``digest:`` key after a sibling: on a line of its own at its indent, or in its braces.

    ``None`` where the sibling's value goes over several lines.
    """
    text = reading.text
    quote = 1 if sibling.style in {Style.SINGLE, Style.DOUBLE} else 0
    after = sibling.end + quote
    if sibling.flow:
        if not _NEXT_IN_FLOW.match(text, after):
            return None
        key = '"digest"' if text[sibling.key_start - 1 : sibling.key_start + 1].count('"') else "digest"
        return (
            Slot((after, after), f", {key}: ")
            if key == "digest"
            else Slot((after, after), f', {key}: "', '"')
        )
    line_end = text.find("\n", after)
    line_end = len(text) if line_end < 0 else line_end
    line_start = text.rfind("\n", 0, sibling.key_start) + 1
    if sibling.style > Style.DOUBLE or "\n" in text[sibling.key_start : sibling.end]:
        return None
    newline = "\n"
    if line_end > 0 and text[line_end - 1] == "\r":
        line_end -= 1
        newline = "\r\n"
    indent = "".join(char if char == "\t" else " " for char in text[line_start : sibling.key_start])
    return Slot((line_end, line_end), f"{newline}{indent}digest: ")
