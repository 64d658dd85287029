"""Reads one file: its bytes to the references it holds, each once, with its place."""

from collections.abc import Iterable
from dataclasses import replace

from tagwake.core.pin import BARE, FileScan, Form, PlacedReference
from tagwake.formats.code import any_text
from tagwake.formats.code.any_text import ANCHOR
from tagwake.formats.code.encoding import SNIFFED, Binary, Utf16, encoding_of
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.kinds import Finder, finder_of, syntax_of
from tagwake.formats.code.source import Source, TooLarge
from tagwake.formats.code.words import find

MOST_REFERENCES = 50_000
"""A file with more references than this is no file that people maintain, and is skipped with that reason."""
_MARK = b"\xef\xbb\xbf"
"""The byte-order mark of UTF-8, which is no column."""


class CodeReader:
    """Reads any file of a code base (a :class:`tagwake.ports.worktree.FileReader`)."""

    version = "1"

    def prepare(self) -> None:
        """Import what nearly every large tree needs."""
        from tagwake.formats.code import (  # noqa: F401
            comment_tag,
            dockerfile,
            inline_ignore,
            json_manifests,
            machine_files,
            text_kinds,
            yaml_files,
        )

    def kind(self, path: str) -> str:
        """The whole path: folders tell a workflow from other YAML, and names tell the rest."""
        return path

    def __call__(self, path: str, data: bytes) -> FileScan:
        """What the file holds; never raises, whatever the bytes."""
        finder = finder_of(path)
        if finder is None and find(data, ANCHOR) < 0 and data.find(b"\0", 0, SNIFFED) < 0:
            return BARE
        encoding = encoding_of(data)
        if isinstance(encoding, Binary):
            return FileScan(path, skipped=encoding.reason)
        if encoding == "utf-8":
            return _scan(path, data, finder)
        try:
            text = Utf16(data, encoding)
        except UnicodeDecodeError:
            return FileScan(path, skipped="binary")
        scan = _scan(path, text.data, finder)
        references = tuple(_in_utf16(reference, text) for reference in scan.references)
        return FileScan(path, references, scan.skipped, encoding)


def _scan(path: str, data: bytes, finder: Finder | None) -> FileScan:
    try:
        syntax, found = (syntax_of(path), []) if finder is None else finder(Source(path, data))
    except TooLarge as error:
        return FileScan(path, skipped=str(error))
    known = {finding.digest_span[0] for finding in found if finding.digest_span is not None}
    pinned = any_text.find(data, MOST_REFERENCES, known) if find(data, ANCHOR) >= 0 else []
    if not found and not pinned:
        return BARE
    if len(found) >= MOST_REFERENCES or len(pinned) >= MOST_REFERENCES:
        return FileScan(path, skipped=f"{MOST_REFERENCES:,} references or more")
    findings = _merged(found, pinned)
    return FileScan(path, tuple(_placed(path, data, syntax, findings)) if findings else ())


def _merged(found: list[Finding], pinned: list[Finding]) -> list[Finding]:
    """Both finders' findings in order, each place once: what the file's kind says wins over a search for digests."""
    pinned.sort(key=lambda finding: finding.span)  # one that begins in a template's middle begins before it
    if not found:
        return pinned
    taken = sorted(span for finding in found for span in _spans(finding))
    merged = list(found)
    at = 0
    for finding in pinned:
        start, end = finding.span
        while at < len(taken) and taken[at][1] <= start:
            at += 1
        if at == len(taken) or taken[at][0] >= end:
            merged.append(finding)
    merged.sort(key=lambda finding: finding.span)
    return merged


def _spans(finding: Finding) -> Iterable[tuple[int, int]]:
    """The places that a finding takes: its parts where it is split, for other references may stand between them."""
    if finding.parts:
        yield from finding.parts.values()
    else:
        yield finding.span
    if finding.digest_span is not None:
        yield finding.digest_span


def _placed(path: str, data: bytes, syntax: str, findings: list[Finding]) -> Iterable[PlacedReference]:
    from tagwake.formats.code.comment_tag import comment_tag
    from tagwake.formats.code.inline_ignore import RULE, inline_ignores
    from tagwake.formats.code.machine_files import machine_file

    is_ignored = inline_ignores(data)
    whole_file = machine_file(path, data)
    line, column, counted = 1, 1, len(_MARK) if data.startswith(_MARK) else 0
    for finding in findings:
        start, end = finding.span
        newlines = data.count(b"\n", counted, start)
        if newlines:
            line += newlines
            column, counted = 1, data.rfind(b"\n", counted, start) + 1
        column += _characters(data[counted:start])
        counted = start
        if finding.form is Form.DIGEST and finding.reference is not None and finding.tag is None:
            finding.tag = comment_tag(data, end, finding.reference)
            if finding.tag is not None:
                finding.form = Form.COMMENT_TAG
        yield PlacedReference(
            span=finding.span,
            text=finding.text,
            form=finding.form,
            syntax=syntax,
            line=line,
            column=column,
            image=_image(finding),
            registry=finding.reference.registry if finding.reference else None,
            repository=finding.reference.repository if finding.reference else None,
            tag=_tag(finding),
            digest=finding.reference.digest if finding.reference else None,
            digest_span=finding.digest_span,
            slot=finding.slot,
            parts=finding.parts,
            platform=finding.platform,
            ignored=whole_file or (RULE if any(map(is_ignored, _spans(finding))) else None),
            reason=finding.reason,
        )


def _tag(finding: Finding) -> str | None:
    return finding.tag or (finding.reference.tag if finding.reference else None)


def _image(finding: Finding) -> str:
    if finding.reference is None:
        return finding.text
    return f"{finding.reference.name}:{finding.tag}" if finding.tag else finding.reference.image


def _characters(text: bytes) -> int:
    return len(text) if text.isascii() else len(text.decode("utf-8", "replace"))


def _in_utf16(reference: PlacedReference, text: Utf16) -> PlacedReference:
    return replace(
        reference,
        span=text.span(reference.span),
        digest_span=text.span(reference.digest_span) if reference.digest_span else None,
        slot=text.slot(reference.slot) if reference.slot else None,
        parts={key: text.span(span) for key, span in reference.parts.items()},
    )
