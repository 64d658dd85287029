"""The JSON documents of ``status``, ``pin`` and ``update``."""

from tagwake.core.report import ReferenceOutcome, Report
from tagwake.formats.report.documents import (
    PinDocument,
    ReportedReference,
    StatusDocument,
    Summary,
    UpdateDocument,
)
from tagwake.formats.report.json_encoding import encode


def report_document(report: Report, verb: str) -> bytes:
    """``tagwake/status/1``, ``tagwake/pin/1`` or ``tagwake/update/1``: ``verb`` names which."""
    references = [_reported(each) for each in report.references]
    summary = Summary(**{outcome.value: number for outcome, number in report.summary().items()})
    rest = (report.root, report.lookups, references, summary)
    if verb == "status":
        return encode(StatusDocument("tagwake/status/1", *rest))
    if verb == "pin":
        return encode(PinDocument("tagwake/pin/1", *rest))
    return encode(UpdateDocument("tagwake/update/1", *rest))


def _reported(each: ReferenceOutcome) -> ReportedReference:
    reference = each.reference
    return ReportedReference(
        path=each.path,
        line=reference.line,
        column=reference.column,
        text=reference.text,
        image=reference.image,
        old=None if each.old is None else str(each.old),
        new=None if each.new is None else str(each.new),
        outcome=each.outcome.value,
        reason=each.reason,
        first_seen=each.first_seen,
        moves_behind=each.moves_behind,
    )
