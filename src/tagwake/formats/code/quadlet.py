"""Images of Podman's systemd units (Quadlet): ``Image=`` in ``*.container``, ``*.image``, ``*.volume``."""

import re

from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source
from tagwake.formats.code.written import read_written

_SECTION = re.compile(rb"^\[(?:Container|Image|Volume|Build|Kube|Pod)\][ \t\r]*$", re.MULTILINE)
_IMAGE = re.compile(rb"^[ \t]*+Image[ \t]*+=[ \t]*+([^\r\n]*+)", re.MULTILINE)
_UNITS = (b".image", b".build")


def find(source: Source) -> list[Finding]:
    """``Image=``, unless it names another unit (``web.image``, ``web.build``)."""
    if not _SECTION.search(source.data):
        return []
    findings: list[Finding] = []
    for image in _IMAGE.finditer(source.data):
        value = image[1].rstrip()
        finding = read_written(source.data, image.start(1), image.start(1) + len(value))
        if finding is not None and not value.endswith(_UNITS):
            findings.append(finding)
    return findings
