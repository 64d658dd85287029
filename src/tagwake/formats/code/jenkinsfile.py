"""Images of Jenkins pipelines: of agents, of ``docker.image('…')`` and templates, and of the pods that stages run in."""

import re

from tagwake.formats.code.braced import Literal, LongText, read_braced
from tagwake.formats.code.embedded import find_yaml
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source
from tagwake.formats.code.written import read_written

_NEEDLE = re.compile(rb"image|docker")
_CALLS = frozenset({"docker.image"})


def find(source: Source) -> list[Finding]:
    """The images that stages run in."""
    data = source.data
    if not _NEEDLE.search(data):
        return []
    findings: list[Finding] = []
    for item in read_braced(data):
        if isinstance(item, LongText):
            findings += find_yaml(data, item.value, "embedded.yaml")
        if not isinstance(item, Literal):
            continue
        name = item.block.name
        is_argument = not item.key and name in _CALLS
        is_image = item.key == "image" and name in ("docker", "containerTemplate")
        is_agent = item.key == "docker" and name == "agent"
        if (is_argument or is_image or is_agent) and (finding := read_written(data, *item.value)):
            findings.append(finding)
    return findings
