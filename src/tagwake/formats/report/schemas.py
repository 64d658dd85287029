"""The JSON Schema of every document that a verb prints, made from the shapes that are printed."""

from typing import Any

import msgspec

from tagwake.formats.api.deliveries import DeadLettersDocument, SubscriptionsDocument
from tagwake.formats.api.work import SourcesDocument, TokensDocument, WatchesDocument
from tagwake.formats.history.native import LogDocument
from tagwake.formats.report import documents
from tagwake.formats.report.json_log import LogFollowDocument, LogVerifyDocument
from tagwake.formats.report.json_scan import ScanDocument

DIALECT = "https://json-schema.org/draft/2020-12/schema"


DOCUMENTS: dict[str, type[msgspec.Struct]] = {
    "parse": documents.ParseDocument,
    "digest": documents.DigestDocument,
    "scan": ScanDocument,
    "status": documents.StatusDocument,
    "pin": documents.PinDocument,
    "update": documents.UpdateDocument,
    "hold": documents.HoldDocument,
    "unhold": documents.UnholdDocument,
    "log": LogDocument,
    "log-follow": LogFollowDocument,
    "log-verify": LogVerifyDocument,
}
"""The document of each verb that prints one."""

LISTS: dict[str, type[msgspec.Struct]] = {
    "watches": WatchesDocument,
    "tokens": TokensDocument,
    "sources": SourcesDocument,
    "subscriptions": SubscriptionsDocument,
    "dead-letters": DeadLettersDocument,
}
"""What ``watch list``, ``token list`` and so on print: the documents of the service's API."""


def schemas() -> dict[str, dict[str, Any]]:
    """A schema (JSON Schema 2020-12) a document, by its name: that of the verb, or of what it lists."""
    return {verb: _schema(verb, shape) for verb, shape in (DOCUMENTS | LISTS).items()}


def _schema(verb: str, shape: type[msgspec.Struct]) -> dict[str, Any]:
    (reference,), components = msgspec.json.schema_components((shape,), ref_template="#/$defs/{name}")
    name = reference["$ref"].rpartition("/")[2]
    return {
        "$schema": DIALECT,
        "$id": f"tagwake/{verb}/1",
        **components.pop(name),
        "$defs": components,
    }
