"""A watch's pattern: which tags of a repository are followed."""

import re
from dataclasses import dataclass
from functools import lru_cache

from tagwake.core.errors import InvalidReference
from tagwake.core.reference import MAX_TAG, Reference, Stream, is_tag
from tagwake.core.signature_tag import is_signature_tag

EVERY_TAG = "*"
_GLOB = re.compile(r"[A-Za-z0-9_.*?-]+")


@dataclass(frozen=True, slots=True)
class WatchPattern:
    """A repository and a glob over its tags: ``*`` stands for any characters, ``?`` for one.

    :param registry: normalised host; ``repository`` is normalised as well.
    :param tag: the glob; ``*`` where the whole repository is followed.
    :param signatures: follow signature tags too (``sha256-….sig`` and the like); else only those that are named.
    """

    registry: str
    repository: str
    tag: str = EVERY_TAG
    signatures: bool = False

    @classmethod
    def parse(cls, text: str, *, signatures: bool = False) -> "WatchPattern":
        """Read ``registry/repository:tag-glob``; without a tag it is the whole repository.

        :raises InvalidReference: with the offset of the character at fault; a digest is none of a watch's business.
        """
        at = text.find("@")
        if at >= 0:
            raise InvalidReference(text, at, "a watch follows tags: leave the digest out")
        name, glob = _split(text)
        reference = Reference.parse(name) if name else Reference.parse(text)
        if glob is None:
            return cls(reference.registry, reference.repository, EVERY_TAG, signatures)
        start = len(name) + 1
        matched = _GLOB.match(glob)
        good = matched.end() if matched else 0
        if not glob:
            raise InvalidReference(text, start, "the tag after the colon is empty: leave the colon out too")
        if good < len(glob):
            raise InvalidReference(text, start + good, f"{glob[good]!r} cannot stand in a tag or its glob")
        if len(glob) > MAX_TAG:
            raise InvalidReference(text, start + MAX_TAG, f"a tag has at most {MAX_TAG} characters")
        if not _has_wildcard(glob) and not is_tag(glob):
            raise InvalidReference(text, start, f"a tag cannot start with {glob[0]!r}")
        return cls(reference.registry, reference.repository, glob, signatures)

    @property
    def stream(self) -> Stream | None:
        """The one tag that is meant, or ``None`` where the pattern can mean several."""
        return None if _has_wildcard(self.tag) else Stream(self.registry, self.repository, self.tag)

    def matches(self, stream: Stream) -> bool:
        """Whether the tag is followed by this watch."""
        return (
            stream.registry == self.registry
            and stream.repository == self.repository
            and self.matches_tag(stream.tag)
        )

    def matches_tag(self, tag: str) -> bool:
        """Whether a tag of the watch's own repository is followed.

        Whoever names a signature tag, or begins a glob like one, asks for it.
        """
        if is_signature_tag(tag) and not self.signatures and not self.tag.startswith(("sha256-", "sha512-")):
            return False
        return _compiled(self.tag).fullmatch(tag) is not None

    def __str__(self) -> str:
        return f"{self.registry}/{self.repository}:{self.tag}"


def _split(text: str) -> tuple[str, str | None]:
    slash = text.rfind("/")
    colon = text.find(":", slash + 1)
    return (text, None) if colon < 0 else (text[:colon], text[colon + 1 :])


def _has_wildcard(glob: str) -> bool:
    return "*" in glob or "?" in glob


@lru_cache(maxsize=1024)
def _compiled(glob: str) -> re.Pattern[str]:
    """A linear expression: each run up to the next literal is atomic, so that nothing is tried twice."""
    first, *rest = re.split(r"\*+", glob)
    expression = _literal(first)
    if rest:
        expression += "".join(f"(?>.*?{_literal(part)})" for part in rest[:-1])
        expression += f".*{_literal(rest[-1])}"
    return re.compile(expression, re.DOTALL)


def _literal(text: str) -> str:
    return re.escape(text).replace(r"\?", ".")
