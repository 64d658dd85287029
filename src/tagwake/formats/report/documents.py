"""The shapes of the JSON documents that the verbs print: what is encoded, and what the schemas are made from."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tagwake.formats.history.native import LogDocument, LogMove

Span = Annotated[tuple[int, int], Meta(description="Byte offsets in the file, half open.")]
DigestText = Annotated[
    str, Meta(pattern="^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$", description="algorithm:hex")
]
Line = Annotated[int, Meta(ge=1, description="Counts from 1.")]
Column = Annotated[int, Meta(ge=1, description="Counts from 1, in characters.")]
Number = Annotated[int, Meta(ge=0)]
Path = Annotated[str, Meta(description="Relative to root, with / between its parts.")]
Root = Annotated[str, Meta(description="The PATH as typed; several PATHs' deepest common folder.")]
Text = Annotated[str, Meta(description="The reference as it is written.")]
Registry = Annotated[str, Meta(description="Normalised: lower case, docker.io where none is written.")]
Repository = Annotated[
    str, Meta(description="Normalised: library/ before a one-component name of Docker Hub.")
]
Image = Annotated[str, Meta(description="Name and tag as written, without the digest.")]
Reason = Annotated[str, Meta(description="One line.")]


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


class LogFollowDocument(Struct):
    """A line of what ``tagwake log --follow --format json`` prints: a move, oldest first."""

    schema: Literal["tagwake/log-follow/1"]
    image: Annotated[str, Meta(description="Registry, repository and tag, normalised.")]
    source: Annotated[str, Meta(description="Who answered.")]
    move: LogMove


class LogVerifyDocument(Struct):
    """What ``tagwake log --verify --format json`` prints."""

    schema: Literal["tagwake/log-verify/1"]
    image: Annotated[str, Meta(description="Registry, repository and tag, normalised.")]
    source: Annotated[str, Meta(description="Whose feed it is.")]
    events: Annotated[int, Meta(ge=0, description="How many events it told of the tag.")]
    broken: Annotated[
        int | None,
        Meta(description="The cursor of the first event that is not what was told; null: all are."),
    ]


DOCUMENTS: dict[str, type[Struct]] = {
    "parse": ParseDocument,
    "digest": DigestDocument,
    "scan": ScanDocument,
    "status": StatusDocument,
    "pin": PinDocument,
    "update": UpdateDocument,
    "hold": HoldDocument,
    "unhold": UnholdDocument,
    "log": LogDocument,
    "log-follow": LogFollowDocument,
    "log-verify": LogVerifyDocument,
}
"""The document of each verb that prints one."""
