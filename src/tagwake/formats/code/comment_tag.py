"""The tag in the comment behind a digest: ``image: a/b@sha256:… # 1.21``."""

import re

from tagwake.core.errors import InvalidReference
from tagwake.core.reference import Reference, is_tag

_COMMENT = re.compile(rb"[\"'`)\]},;]{0,4}[ \t]{1,64}(?:#+|//+)[ \t]{0,64}([^\r\n]{1,300})")
_VERSION = re.compile(r"v?[0-9]+(?:\.[0-9]+)*(?:[-_.+][0-9A-Za-z_.-]*)?")
_KEYED = re.compile(r"(?:tag|version|image-tag)\s*[:=]\s*")
_RATCHET = "ratchet:"
_REMARKS = frozenset({
    "todo", "fixme", "xxx", "hack", "note", "noqa", "nosec", "nolint", "pinned", "pin", "renovate", "ignore", "digest",
    "fixed", "do", "don't", "keep", "see", "this", "the", "image", "sha", "sha256", "trusted", "deprecated", "required",
})  # fmt: skip
"""Lone words that people write as a remark and nobody pushes as a tag."""


def comment_tag(data: bytes, end: int, reference: Reference) -> str | None:
    """The tag that the comment after ``data[:end]``, on the same line, names; ``None`` where it names none.

    A comment names a tag when it is one word that could be a tag, or starts with a version, ``tag=…``, a reference to the same
    repository (``a/b:1.21``), or ``ratchet:`` and such a reference. Any other remark names nothing: to guess
    would be to follow the wrong stream.
    """
    comment = _COMMENT.match(data, end)
    if comment is None:
        return None
    words = comment[1].decode("utf-8", "replace").split()
    if not words:
        return None
    first = words[0].rstrip(",;")
    keyed = _KEYED.match(" ".join(words[:3]))
    if keyed:
        value = " ".join(words[:3])[keyed.end() :].split(" ")[0].strip("\"',;")
        return value if is_tag(value) else None
    if first.startswith(_RATCHET) or ":" in first or "/" in first:
        return _tag_of_same(first.removeprefix(_RATCHET), reference)
    if _VERSION.fullmatch(first) and is_tag(first):
        return first
    if len(words) == 1 and is_tag(first) and first.lower() not in _REMARKS:
        return first
    return None


def _tag_of_same(text: str, reference: Reference) -> str | None:
    try:
        written = Reference.parse(text)
    except InvalidReference:
        return None
    same = (written.registry, written.repository) == (reference.registry, reference.repository)
    return written.tag if same else None
