"""A reference at a place in a file."""

from dataclasses import dataclass, field
from enum import StrEnum

from tagwake.core.digest import Digest
from tagwake.core.reference import Stream

Span = tuple[int, int]
"""Byte offsets in a file, half open."""


class Form(StrEnum):
    """How a reference is written (facts on references; the words of ``scan --format json``)."""

    TAG_DIGEST = "tag+digest"
    TAG = "tag"
    NAME = "name"
    DIGEST = "digest"
    COMMENT_TAG = "digest+comment-tag"
    TAG_VALUE = "tag-value"
    SPLIT = "split"
    TEMPLATED = "templated"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Slot:
    """Where ``pin`` writes a digest that is not there yet: ``prefix + digest + suffix`` replaces ``span``.

    ``span`` is empty where the digest is inserted; offsets are bytes of the file, the texts are characters.
    """

    span: Span
    prefix: str = "@"
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class PlacedReference:
    """An image reference at a place in a file.

    :param span: the whole reference; for a reference split over keys, from its first part to the end of its last, and for
        ``tag-value`` the value that holds tag and digest.
    :param text: as written; for one split over keys ``name:tag@digest`` put together from the parts.
    :param syntax: the kind of file: ``kubernetes``, ``dockerfile``, ``shell``, ``text`` and so on.
    :param line: counts from 1.
    :param column: counts from 1, in characters.
    :param image: name and tag as written, without the digest; the text where nothing can be told.
    :param registry: normalised, or ``None`` for ``templated`` and ``invalid``; so are the next three.
    :param digest: ``None`` where none is written.
    :param digest_span: of ``sha256:…``, or of the bare hex where no algorithm is written; ``None`` without a digest.
    :param slot: where ``pin`` writes; ``None`` where there is a digest, or no place for one.
    :param parts: the spans of the keys' values where the reference is split: ``registry``, ``repository``, ``tag``, ``digest``.
    :param platform: a literal ``os/architecture[/variant]`` beside the reference.
    :param ignored: the rule that ignores it, or ``None``.
    :param reason: why it cannot be followed, or what is wrong with it; empty otherwise.
    """

    span: Span
    text: str
    form: Form
    syntax: str
    line: int
    column: int
    image: str
    registry: str | None = None
    repository: str | None = None
    tag: str | None = None
    digest: Digest | None = None
    digest_span: Span | None = None
    slot: Slot | None = None
    parts: dict[str, Span] = field(default_factory=dict)
    platform: str | None = None
    ignored: str | None = None
    reason: str = ""

    @property
    def stream(self) -> Stream | None:
        """The stream to follow, or ``None`` without a tag or where the reference cannot be read."""
        if self.registry is None or self.repository is None or self.tag is None:
            return None
        return Stream(self.registry, self.repository, self.tag)


@dataclass(frozen=True, slots=True)
class FileScan:
    """What one file holds.

    :param path: relative to the root of the scan, ``/`` between its parts.
    :param references: in the order of their spans.
    :param skipped: why the file was not read, or ``None``.
    :param encoding: ``utf-8``, ``utf-16-le`` or ``utf-16-be``: how a digest is written into it.
    """

    path: str
    references: tuple[PlacedReference, ...] = ()
    skipped: str | None = None
    encoding: str = "utf-8"

    @property
    def is_bare(self) -> bool:
        """Whether it says no more than that the file was read as UTF-8 and holds nothing, as nearly all do."""
        return not self.references and self.skipped is None and self.encoding == "utf-8"


BARE = FileScan("")
"""What nearly every file gives: whoever reads it knows its path, and counts it. Made once, for it is made often."""
