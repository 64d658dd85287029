"""Names, tags and digests as the registry takes them (OCI distribution specification, Pulling manifests)."""

import hashlib
import re

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidDigest
from tagwake.testing.registry.refusal import Refusal

LONGEST_NAME = 255
"""Characters of a repository name; the specification lets clients refuse longer ones together with the host."""

_COMPONENT = r"[a-z0-9]++(?:(?:\.|__|_|-++)[a-z0-9]++|(?!))*+"
_NAME = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT}|(?!))*+")
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")


def is_name(text: str) -> bool:
    """Whether ``text`` is a repository name."""
    return len(text) <= LONGEST_NAME and _NAME.fullmatch(text) is not None


def is_tag(text: str) -> bool:
    """Whether ``text`` is a tag: at most 128 characters, and no digest."""
    return _TAG.fullmatch(text) is not None


def name(text: str) -> str:
    """The repository name that ``text`` is.

    :raises Refusal: NAME_INVALID.
    """
    if not is_name(text):
        raise Refusal(400, "NAME_INVALID", f"{text[:300]!r} is no repository name")
    return text


def tag(text: str) -> str:
    """The tag that ``text`` is.

    :raises Refusal: TAG_INVALID, which the specification lists no more and clients still know.
    """
    if not is_tag(text):
        raise Refusal(400, "TAG_INVALID", f"{text[:300]!r} is no tag")
    return text


def digest(text: str) -> str:
    """The digest that ``text`` is, sha256 or sha512.

    :raises Refusal: DIGEST_INVALID.
    """
    try:
        return str(Digest.parse(text))
    except InvalidDigest as error:
        raise Refusal(400, "DIGEST_INVALID", f"{text[:300]!r} is no digest: {error.problem}") from error


def reference(text: str) -> str:
    """The tag or digest that ``text`` is; only a digest has a colon.

    :raises Refusal: DIGEST_INVALID or TAG_INVALID.
    """
    return digest(text) if ":" in text else tag(text)


def digest_of(content: bytes, algorithm: str = "sha256") -> str:
    """The digest of ``content``."""
    return f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}"
