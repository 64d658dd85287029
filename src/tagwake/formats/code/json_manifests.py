"""Images in JSON: Kubernetes objects and task definitions of Amazon ECS."""

import re

from tagwake.formats.code.braced import Literal, read_braced
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source
from tagwake.formats.code.words import find as find_word
from tagwake.formats.code.written import read_written

_KUBERNETES = (re.compile(rb"\"apiVersion\"\s*+:"), re.compile(rb"\"kind\"\s*+:"))
_TASKS = re.compile(rb"\"(?:containerDefinitions|ContainerDefinitions)\"\s*+:")
_IMAGE = b'mage"'
_CONTAINERS = frozenset(
    {"containers", "initContainers", "ephemeralContainers", "containerDefinitions", "ContainerDefinitions"}
)


def find(source: Source) -> list[Finding]:
    """``image`` of containers, ``reference`` of image volumes, and in custom resources each image that has a tag."""
    data = source.data
    if find_word(data, _IMAGE) < 0:
        return []
    is_kubernetes = all(mark.search(data) for mark in _KUBERNETES)
    if not is_kubernetes and not _TASKS.search(data):
        return []
    findings: list[Finding] = []
    for item in read_braced(data):
        if not isinstance(item, Literal):
            continue
        parent = item.block.parent
        is_sure = item.key in ("image", "Image") and parent is not None and parent.name in _CONTAINERS
        is_volume = item.key == "reference" and item.block.name == "image"
        is_likely = is_kubernetes and (item.key == "image" or item.key.endswith("Image"))
        if not (is_sure or is_volume or is_likely):
            continue
        finding = read_written(data, *item.value)
        if finding is None:
            continue
        has_version = finding.reference is not None and (
            finding.reference.tag is not None or finding.reference.digest is not None
        )
        if is_sure or is_volume or has_version:
            findings.append(finding)
    return findings
