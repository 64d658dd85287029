"""What somebody may mean who types a few characters: a repository, an image, a tag, a digest."""

import re
from dataclasses import dataclass

from tagwake.core.digest import Digest
from tagwake.core.reference import Stream

MAX_TEXT = 512
"""Longer texts are cut: a repository has 255 characters at most, and so has a registry."""

_DIGEST = re.compile(r"(?:(sha256|sha512):)?([0-9a-f]{4,128})")


@dataclass(frozen=True, slots=True)
class Search:
    """A text, read.

    :param repository: a part of ``registry/repository``, lower case; empty for none.
    :param tag: how the tag begins; ``None`` for none.
    :param is_image: whether both were named together, as in ``app:1.2``.
    :param algorithm: of the digest, where it was named.
    :param hex: how the digest's hex digits begin; empty where the text is no digest.
    """

    repository: str = ""
    tag: str | None = None
    is_image: bool = False
    algorithm: str | None = None
    hex: str = ""

    @classmethod
    def of(cls, text: str) -> "Search":
        """Read what was typed; what makes no sense finds nothing."""
        text = text.strip()[:MAX_TEXT]
        image, at, digest = (text if text.isprintable() else "").partition("@")
        matched = _DIGEST.fullmatch((digest if at else image).lower())
        algorithm, hex_digits = matched.groups() if matched else (None, "")
        if at or algorithm is not None:
            return cls(algorithm=algorithm, hex=hex_digits)
        name, _, last = image.rpartition("/")
        component, colon, tag = last.partition(":")
        if colon:
            repository = f"{name}/{component}" if name else component
            return cls(repository.lower(), tag, is_image=True, hex=hex_digits)
        return cls(image.lower(), None if name or not image else image, hex=hex_digits)

    def is_part_of(self, registry: str, repository: str) -> bool:
        """Whether the repository is one that may be meant."""
        return self.repository != "" and self.repository in f"{registry}/{repository}"

    def is_start_of(self, digest: Digest) -> bool:
        """Whether the digest is one that may be meant."""
        return (
            self.hex != "" and digest.hex.startswith(self.hex) and self.algorithm in {None, digest.algorithm}
        )

    def may_mean(self, stream: Stream) -> bool:
        """Whether the tag is one that may be meant."""
        if self.tag is None or not stream.tag.startswith(self.tag):
            return False
        return (
            not self.is_image or self.repository == "" or self.is_part_of(stream.registry, stream.repository)
        )
