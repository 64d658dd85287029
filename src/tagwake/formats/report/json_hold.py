"""The JSON documents of ``hold`` and ``unhold``."""

from collections.abc import Sequence

from tagwake.core.hold import Hold
from tagwake.formats.report.documents import HoldDocument, HoldEntry, UnholdDocument
from tagwake.formats.report.json_encoding import encode


def hold_document(file: str, hold: Hold) -> bytes:
    """``tagwake/hold/1``."""
    return encode(HoldDocument("tagwake/hold/1", file, _entry(hold)))


def unhold_document(file: str, holds: Sequence[Hold]) -> bytes:
    """``tagwake/unhold/1``."""
    return encode(UnholdDocument("tagwake/unhold/1", file, [_entry(hold) for hold in holds]))


def _entry(hold: Hold) -> HoldEntry:
    return HoldEntry(
        image=str(hold.image),
        digest=None if hold.digest is None else str(hold.digest),
        reason=hold.reason,
        until=hold.until,
    )
