"""The shapes of the JSON documents that the verbs print: what is encoded, and what the schemas are made from."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tagwake.formats.report.document_parts import (
    Column,
    DigestText,
    Image,
    Line,
    Number,
    Path,
    Registry,
    Repository,
    Root,
    Text,
)


class ParsedReference(Struct):
    """One text of ``parse``, and its parts or what is wrong with it."""

    text: Text
    registry: Registry | None
    repository: Repository | None
    tag: str | None
    digest: DigestText | None
    error: Annotated[str, Meta(description="What is wrong, one line.")] | None


class ParseDocument(Struct):
    """What ``tagwake parse --format json`` prints."""

    schema: Literal["tagwake/parse/1"]
    references: list[ParsedReference]


class DigestDocument(Struct):
    """What ``tagwake digest --format json`` prints; ``digest`` is null where the look-up told nothing."""

    schema: Literal["tagwake/digest/1"]
    text: Text
    registry: Registry
    repository: Repository
    tag: str | None
    digest: DigestText | None
    media_type: str | None
    size: Annotated[int, Meta(ge=0, description="Bytes of the manifest; null where it was not said.")] | None
    reason: Annotated[str, Meta(description="Why nothing is known; empty where the digest is.")]


class ReportedReference(Struct):
    """One reference of ``status``, ``pin`` or ``update``, and what became of it."""

    path: Path
    line: Line
    column: Column
    text: Text
    image: Image
    old: DigestText | None
    new: DigestText | None
    outcome: Literal[
        "ignored",
        "invalid",
        "unsupported",
        "templated",
        "untagged",
        "unpinned",
        "pinned",
        "held",
        "broken",
        "unresolved",
        "blocked",
        "waiting",
        "behind",
        "updated",
        "current",
    ]
    reason: Annotated[str, Meta(description="One line; empty only for updated, pinned and current.")]
    first_seen: (
        Annotated[datetime, Meta(tz=True, description="When new was first seen; RFC 3339, UTC.")] | None
    )
    moves_behind: Annotated[int, Meta(ge=0, description="How many moves lie between old and new.")] | None


class Summary(Struct):
    """How many references have each outcome, zeros too."""

    ignored: Number
    invalid: Number
    unsupported: Number
    templated: Number
    untagged: Number
    unpinned: Number
    pinned: Number
    held: Number
    broken: Number
    unresolved: Number
    blocked: Number
    waiting: Number
    behind: Number
    updated: Number
    current: Number


Lookups = Annotated[int, Meta(ge=0, description="How many distinct tags were asked for.")]


class StatusDocument(Struct):
    """What ``tagwake status --format json`` prints."""

    schema: Literal["tagwake/status/1"]
    root: Root
    lookups: Lookups
    references: list[ReportedReference]
    summary: Summary


class PinDocument(Struct):
    """What ``tagwake pin --format json`` prints."""

    schema: Literal["tagwake/pin/1"]
    root: Root
    lookups: Lookups
    references: list[ReportedReference]
    summary: Summary


class UpdateDocument(Struct):
    """What ``tagwake update --format json`` prints."""

    schema: Literal["tagwake/update/1"]
    root: Root
    lookups: Lookups
    references: list[ReportedReference]
    summary: Summary


class HoldEntry(Struct):
    """One ``[[hold]]`` of the settings."""

    image: Annotated[str, Meta(description="Which images: a name, with or without a tag, or a glob.")]
    digest: Annotated[DigestText | None, Meta(description="Null: whatever the tag points to.")]
    reason: str
    until: Annotated[date | None, Meta(description="The last day on which it holds.")]


class HoldDocument(Struct):
    """What ``tagwake hold --format json`` prints."""

    schema: Literal["tagwake/hold/1"]
    file: Annotated[str, Meta(description="The settings file that has it.")]
    hold: HoldEntry


class UnholdDocument(Struct):
    """What ``tagwake unhold --format json`` prints."""

    schema: Literal["tagwake/unhold/1"]
    file: Annotated[str, Meta(description="The settings file that had them.")]
    removed: list[HoldEntry]
