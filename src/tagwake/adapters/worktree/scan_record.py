"""A file's scan as a line of JSON and back: how it crosses processes, and how the scan cache keeps it."""

from typing import Any

import msgspec

from tagwake.core.digest import Digest
from tagwake.core.pin import FileScan, Form, PlacedReference, Slot

FORMAT = "1"
"""Changes whenever a record is written in another way."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode

_FORMS = {str(form): form for form in Form}


def to_record(scan: FileScan) -> bytes | None:
    """The scan without its path; ``None`` for a file that was read and holds nothing."""
    if scan.is_bare:
        return None
    return _encode([scan.skipped, scan.encoding, [_flat(placed) for placed in scan.references]])


def from_record(path: str, record: bytes) -> FileScan:
    """The scan again.

    :raises ValueError: where the record is none of ours.
    """
    try:
        skipped, encoding, references = _decode(record)
        return FileScan(path, tuple([_placed(*values) for values in references]), skipped, encoding)
    except (TypeError, KeyError, AttributeError, msgspec.DecodeError) as error:
        raise ValueError(f"no record of a scan: {error}") from error


def _flat(placed: PlacedReference) -> list[Any]:
    digest = placed.digest
    return [
        placed.span,
        placed.text,
        placed.form,
        placed.syntax,
        placed.line,
        placed.column,
        placed.image,
        placed.registry,
        placed.repository,
        placed.tag,
        None if digest is None else (digest.algorithm, digest.hex),
        placed.digest_span,
        None if placed.slot is None else (placed.slot.span, placed.slot.prefix, placed.slot.suffix),
        placed.parts,
        placed.platform,
        placed.ignored,
        placed.reason,
    ]


def _placed(*values: Any) -> PlacedReference:
    (
        span, text, form, syntax, line, column, image, registry, repository, tag,
        digest, digest_span, slot, parts, platform, ignored, reason,
    ) = values  # fmt: skip
    return PlacedReference(
        _span(span),
        text,
        _FORMS[form],
        syntax,
        line,
        column,
        image,
        registry,
        repository,
        tag,
        None if digest is None else Digest(*digest),
        None if digest_span is None else _span(digest_span),
        None if slot is None else Slot(_span(slot[0]), slot[1], slot[2]),
        {name: _span(part) for name, part in parts.items()},
        platform,
        ignored,
        reason,
    )


def _span(value: Any) -> tuple[int, int]:
    start, end = value
    return (start, end)
