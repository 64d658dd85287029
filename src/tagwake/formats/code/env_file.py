"""Images in ``.env`` files: variables whose name says so, which Compose and scripts fill in (``WEB_IMAGE=q.io/web:1``)."""

import re

from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source
from tagwake.formats.code.written import read_written

_IMAGE = re.compile(
    rb"^[ \t]*+(?:export[ \t]++)?(?:[A-Za-z0-9_]*_)?(?:IMAGE|image)(?:_NAME|_name|_URI|_uri|_REF|_ref)?[ \t]*+=[ \t]*+"
    rb"(?:\"([^\"\r\n]*+)\"|'([^'\r\n]*+)'|([^\s\"'#]++))",
    re.MULTILINE,
)


def find(source: Source) -> list[Finding]:
    """Values with a tag or a digest; what is named only may as well be built here."""
    findings: list[Finding] = []
    for setting in _IMAGE.finditer(source.data):
        start, end = setting.span(setting.lastindex or 0)
        if source.data.startswith((b"http://", b"https://"), start):
            continue
        finding = read_written(source.data, start, end)
        reference = None if finding is None else finding.reference
        if finding is not None and reference is not None and (reference.tag or reference.digest):
            findings.append(finding)
    return findings
