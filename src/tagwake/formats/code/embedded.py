"""Files inside files: JSON and YAML in a heredoc of Terraform, a pod in a Jenkins pipeline."""

import re

from tagwake.core.pin import Span
from tagwake.formats.code.braced import Literal, read_braced
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source
from tagwake.formats.code.written import read_written

_JSON = re.compile(rb"\s*+[\[{]\s*+[\[{\"\]}]")


def find_yaml(data: bytes, place: Span, path: str) -> list[Finding]:
    """The references of a YAML file of this path that stands there; a JSON file where it looks like one."""
    start, end = place
    text = data[start:end]
    if _JSON.match(text):
        from tagwake.formats.code import json_manifests

        found = json_manifests.find(Source("embedded.json", text))
    else:
        from tagwake.formats.code import yaml_files

        found = yaml_files.find(Source(path, text))[1]
    return [finding.moved(start) for finding in found]


def find_container_definitions(data: bytes, place: Span) -> list[Finding]:
    """The images of a list of containers as Amazon ECS takes it: ``[{"name": …, "image": …}]``."""
    start, end = place
    findings: list[Finding] = []
    for item in read_braced(data[start:end]):
        if isinstance(item, Literal) and item.key == "image":
            finding = read_written(data, start + item.value[0], start + item.value[1])
            if finding is not None:
                findings.append(finding)
    return findings
