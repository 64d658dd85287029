"""The JSON document of ``scan``."""

from collections.abc import Iterable, Sequence

from tagwake.core.outcome import SkippedFile
from tagwake.core.pin import PlacedReference
from tagwake.formats.report.documents import ScanDocument, ScannedReference, Skipped
from tagwake.formats.report.json_encoding import encode


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
