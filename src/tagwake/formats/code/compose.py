"""Docker Compose and stack files: images of services and of ``x-*`` blocks, and Dockerfiles that stand inside.

Beside ``build`` an ``image`` is the name of what is built, not of what is pulled (Compose specification, "image"), so
it is no reference. ``additional_contexts`` may name images (``docker-image://…``), and so may arguments of a build
whose name says so (``BASE_IMAGE``).
"""

import re

from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source
from tagwake.formats.code.yaml_nodes import Document, Mapping, Node, Scalar, Sequence, Style
from tagwake.formats.code.yaml_reading import Reading

CLAIMS = re.compile(
    r"(?:^|/)(?:[^/]*[-_.])?(?:docker-)?compose(?:[-_.][^/]*)?\.ya?ml(?:\.j2|\.tmpl|\.tpl)?\Z"
    r"|(?:^|/)(?:[^/]*[-_.])?stack(?:[-_.][^/]*)?\.ya?ml\Z",
    re.IGNORECASE,
)
NEEDLES = (
    "image",
    "build",
    "platform",
    "dockerfile_inline",
    "docker-image:",
    "additional_contexts",
    "services",
    "args",
    "IMAGE",
)
_IMAGE = "IMAGE"


def find(reading: Reading, document: Document) -> None:
    """Add what services run."""
    reading.document = document
    for mapping in document.mappings:
        if "image" in mapping.entries and _is_service(mapping) and reading.look(mapping, "build") is None:
            platform = reading.string(reading.look(mapping, "platform"))
            is_literal = bool(re.fullmatch(r"[a-z0-9]+/[a-z0-9]+(?:/[a-z0-9]+)?", platform))
            reading.image(mapping.entries["image"], platform=platform if is_literal else None)
        if mapping.key == "build" and isinstance(inline := mapping.entries.get("dockerfile_inline"), Scalar):
            _dockerfile(reading, inline)
        if mapping.key == "args" and mapping.parent is not None and mapping.parent.key == "build":
            for key, node in mapping.entries.items():
                if key.upper().endswith(_IMAGE):
                    _argument(reading, node, 0)
        if mapping.key == "additional_contexts":
            for node in mapping.entries.values():
                _context(reading, node)
    for scalar in document.scalars:
        around = scalar.parent
        if not isinstance(around, Sequence):
            continue
        if around.key == "additional_contexts":
            _context(reading, scalar)
        elif around.key == "args" and around.parent is not None and around.parent.key == "build":
            name, is_set, _ = reading.string(scalar).partition("=")
            if is_set and name.upper().endswith(_IMAGE):
                _argument(reading, scalar, len(name) + 1)


def _is_service(mapping: Mapping) -> bool:
    around = mapping.parent
    if isinstance(around, Mapping) and around.key == "services" and around.parent is not None:
        return around.parent.parent is None
    node: Node | None = mapping
    while node is not None:
        if node.key.startswith("x-"):
            return True
        node = node.parent
    return False


def _argument(reading: Reading, node: Node | None, skipped: int) -> None:
    """An argument of a build whose name says that it is an image, where it has a tag or a digest."""
    node = reading.resolved(node)
    raw = reading.string(node)[skipped:]
    if isinstance(node, Scalar) and (":" in raw or "@" in raw):
        reading.image(
            Scalar(node.parent, node.key, node.key_start, node.start + skipped, node.end, node.style),
            certain=False,
        )


def _context(reading: Reading, node: Node) -> None:
    raw = reading.string(node)
    at = raw.find("docker-image://")
    if at >= 0 and isinstance(node, Scalar):
        reading.image(Scalar(node.parent, node.key, node.key_start, node.start + at, node.end, node.style))


def _dockerfile(reading: Reading, inline: Scalar) -> None:
    """Hand a Dockerfile in a block scalar to its own reader, with the lines before it blanked so that offsets hold."""
    if inline.style not in {Style.LITERAL, Style.FOLDED}:
        return
    from tagwake.formats.code import dockerfile  # most Compose files have none

    start = reading.text.rfind("\n", 0, inline.start) + 1
    found: list[Finding] = dockerfile.find(Source("Dockerfile", reading.data[start : inline.end]))
    for finding in found:
        reading.add(finding.moved(start))
