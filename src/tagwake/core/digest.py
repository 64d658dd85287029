"""A digest: the name of content by its hash."""

import re
from dataclasses import dataclass

from tagwake.core.errors import InvalidDigest

HEX_LENGTHS = {"sha256": 64, "sha512": 128}
"""Registered algorithms and the length of their hexadecimal part (OCI image specification, Descriptors, Digests)."""

SHORT = 12
"""How many characters stand for a digest where people read it; Docker's own short form."""

_ALGORITHM = re.compile(r"[a-z0-9]++(?:[+._-][a-z0-9]++|(?!))*+")
_HEX = re.compile(r"[0-9a-f]*+")


@dataclass(frozen=True, slots=True, order=True)
class Digest:
    """A digest of a registered algorithm: ``sha256:`` and 64, or ``sha512:`` and 128, lower-case hex characters."""

    algorithm: str
    hex: str

    @classmethod
    def parse(cls, text: str) -> "Digest":
        """Read ``algorithm:hex`` (OCI image specification, Descriptors, Digests).

        :raises InvalidDigest: with the offset of the first character at fault.
        """
        algorithm, colon, encoded = text.partition(":")
        if not colon:
            raise InvalidDigest("a digest is written algorithm:hex, and there is no colon", len(text))
        length = HEX_LENGTHS.get(algorithm)
        if length is None:
            if not _ALGORITHM.fullmatch(algorithm):
                raise InvalidDigest("the part before the colon is no digest algorithm", 0)
            raise InvalidDigest(f"digest algorithm {algorithm} is not supported: sha256 and sha512 are", 0)
        start = len(algorithm) + 1
        matched = _HEX.match(encoded)
        good = matched.end() if matched else 0
        if good < len(encoded) and good < length:
            found = encoded[good]
            if found in "ABCDEF":
                raise InvalidDigest("a digest is written in lower-case hex", start + good)
            raise InvalidDigest(
                f"{found!r} is no hex digit, and {algorithm} has {length} of them", start + good
            )
        if len(encoded) != length:
            raise InvalidDigest(
                f"{algorithm} has {length} hex digits, and here are {len(encoded)}",
                start + min(len(encoded), length),
            )
        return cls(algorithm, encoded)

    @classmethod
    def of(cls, data: bytes, algorithm: str = "sha256") -> "Digest":
        """The digest of these bytes; ``algorithm`` is a registered one."""
        import hashlib  # start-up pays for it only where bytes are hashed

        return cls(algorithm, hashlib.new(algorithm, data).hexdigest())

    @property
    def short(self) -> str:
        """The first 12 hex characters, for people."""
        return self.hex[:SHORT]

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hex}"
