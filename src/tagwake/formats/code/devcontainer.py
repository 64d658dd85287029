"""Images and features of development containers (``devcontainer.json``, JSON with comments)."""

from tagwake.core.pin import Span
from tagwake.formats.code.braced import Block, Literal, read_braced
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source
from tagwake.formats.code.written import read_written

_OTHERWISE = (b"./", b"../", b"http://", b"https://")


def find(source: Source) -> list[Finding]:
    """``image``, and the keys of ``features`` that are kept in a registry.

    A feature has a tag or a digest and never both, so a feature without a digest has no place for one.
    """
    data = source.data
    findings: list[Finding] = []
    for item in read_braced(data):
        if isinstance(item, Literal):
            if item.key == "image" and item.block.parent is not None and item.block.parent.parent is None:
                _take(findings, data, item.value)
        elif (
            isinstance(item, Block)
            and item.parent is not None
            and item.parent.name == "features"
            and item.key is not None
            and not data.startswith(_OTHERWISE, item.key[0])
            and b"/" in data[slice(*item.key)]
        ):
            _take(findings, data, item.key)
            findings[-1].slot = None
    return findings


def _take(findings: list[Finding], data: bytes, span: Span) -> None:
    finding = read_written(data, *span)
    if finding is not None:
        findings.append(finding)
