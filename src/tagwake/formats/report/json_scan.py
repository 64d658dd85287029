"""The JSON document of ``scan``."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tagwake.core.pin import PlacedReference
from tagwake.core.skipped_file import SkippedFile
from tagwake.formats.report.document_parts import (
    Column,
    DigestText,
    Line,
    Number,
    Path,
    Reason,
    Registry,
    Repository,
    Root,
    Span,
    Text,
)
from tagwake.formats.report.json_encoding import encode


class Skipped(Struct):
    """A file that was not read."""

    path: Path
    reason: Reason


class ScannedReference(Struct, omit_defaults=True):
    """One reference of ``scan``."""

    path: Path
    line: Line
    column: Column
    span: Span
    digest_span: Span | None
    text: Text
    registry: Registry | None
    repository: Repository | None
    tag: str | None
    digest: DigestText | None
    form: Literal[
        "tag+digest",
        "tag",
        "name",
        "digest",
        "digest+comment-tag",
        "tag-value",
        "split",
        "templated",
        "invalid",
    ]
    syntax: Annotated[str, Meta(description="The kind of file.")]
    ignored: Annotated[str, Meta(description="The rule that ignores it.")] | None
    parts: Annotated[dict[str, Span], Meta(description="Where the reference is split: each key's span.")] = {}
    reason: Annotated[str, Meta(description="Why it cannot be followed, or what is wrong with it.")] = ""


class ScanDocument(Struct):
    """What ``tagwake scan --format json`` prints."""

    schema: Literal["tagwake/scan/1"]
    root: Root
    files_scanned: Number
    files_skipped: list[Skipped]
    references: list[ScannedReference]


def scan_document(
    root: str,
    files_scanned: int,
    files_skipped: Sequence[SkippedFile],
    references: Iterable[tuple[str, PlacedReference]],
) -> bytes:
    """``tagwake/scan/1``; each reference comes with its file's path."""
    return encode(
        ScanDocument(
            "tagwake/scan/1",
            root,
            files_scanned,
            [Skipped(file.path, file.reason) for file in files_skipped],
            [_scanned(path, reference) for path, reference in references],
        )
    )


def _scanned(path: str, reference: PlacedReference) -> ScannedReference:
    return ScannedReference(
        path=path,
        line=reference.line,
        column=reference.column,
        span=reference.span,
        digest_span=reference.digest_span,
        text=reference.text,
        registry=reference.registry,
        repository=reference.repository,
        tag=reference.tag,
        digest=None if reference.digest is None else str(reference.digest),
        form=reference.form.value,
        syntax=reference.syntax,
        ignored=reference.ignored,
        parts=reference.parts,
        reason=reference.reason,
    )
