"""An image reference: registry, repository, tag and digest, and the text as it was written.

The grammar is that of the distribution project's ``reference`` package (``reference := name [":" tag] ["@" digest]``)
and of the OCI distribution specification, "Pulling manifests"; the normalisation is Docker's.
"""

import re
from dataclasses import dataclass

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidDigest, InvalidReference

DEFAULT_REGISTRY = "docker.io"
DEFAULT_TAG = "latest"
MAX_REPOSITORY = 255
"""Characters of a repository path, without its registry (distribution, ``RepositoryNameTotalLengthMax``)."""
MAX_TAG = 128
MAX_TEXT = 4096
"""Longer texts are refused unread: a registry name has 255 characters at most, and so has a repository."""

_HUB_ALIASES = frozenset({"index.docker.io", "registry-1.docker.io"})
_DOMAIN = re.compile(
    r"(?:\[[a-fA-F0-9:]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*)"
    r"(?::[0-9]+)?"
)
_COMPONENT = re.compile(r"[a-z0-9]++(?:(?:__|[._]|-++)[a-z0-9]++|(?!))*+")
_PATH = re.compile(r"[a-z0-9]++(?:(?:__|[._/]|-++)[a-z0-9]++|(?!))*+")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*+")
_IDENTIFIER = re.compile(r"[a-f0-9]{64}")


@dataclass(frozen=True, slots=True)
class Stream:
    """What a tag's history belongs to: a normalised registry and repository, and the tag."""

    registry: str
    repository: str
    tag: str

    def __str__(self) -> str:
        return f"{self.registry}/{self.repository}:{self.tag}"


@dataclass(frozen=True, slots=True)
class Reference:
    """An image reference, read.

    :param text: as written; :func:`str` gives it back.
    :param name: the part before tag and digest, as written.
    :param registry: normalised host, with its port: lower case, ``docker.io`` where none is written.
    :param repository: normalised path: ``library/`` stands before a one-component name of Docker Hub.
    :param tag: or ``None``; no default is put in.
    :param digest: or ``None``.
    """

    text: str
    name: str
    registry: str
    repository: str
    tag: str | None
    digest: Digest | None

    @classmethod
    def parse(cls, text: str) -> "Reference":
        """Read a reference and keep its text.

        :raises InvalidReference: with the offset of the character at fault.
        """
        if not text:
            raise InvalidReference(text, 0, "an image reference cannot be empty")
        if len(text) > MAX_TEXT:
            raise InvalidReference(text[:MAX_TEXT], MAX_TEXT, f"longer than {MAX_TEXT} characters")
        named, at, digest_text = text.partition("@")
        digest = _digest(text, digest_text, len(named) + 1) if at else None
        slash = named.rfind("/")
        colon = named.find(":", slash + 1)
        name, tag = (named, None) if colon < 0 else (named[:colon], named[colon + 1 :])
        registry, repository = _normalise(text, name)
        if tag is not None:
            _check_tag(text, tag, colon + 1)
        return cls(text, name, registry, repository, tag, digest)

    @property
    def stream(self) -> Stream | None:
        """The stream that the tag names, or ``None`` without a tag: nothing is assumed."""
        return None if self.tag is None else Stream(self.registry, self.repository, self.tag)

    @property
    def image(self) -> str:
        """Name and tag as written, without the digest."""
        return self.name if self.tag is None else f"{self.name}:{self.tag}"

    def __str__(self) -> str:
        return self.text


def is_tag(text: str) -> bool:
    """Whether this could be a tag: 1 to 128 of ``[A-Za-z0-9_.-]``, not starting with ``.`` or ``-``."""
    return len(text) <= MAX_TAG and _TAG.fullmatch(text) is not None


def _digest(text: str, digest_text: str, start: int) -> Digest:
    try:
        return Digest.parse(digest_text)
    except InvalidDigest as error:
        raise InvalidReference(text, start + error.offset, error.problem) from None


def _check_tag(text: str, tag: str, start: int) -> None:
    matched = _TAG.match(tag)
    good = matched.end() if matched else 0
    if not tag:
        raise InvalidReference(text, start, "the tag after the colon is empty")
    if good == 0:
        if tag[0] in ".-":
            raise InvalidReference(text, start, f"a tag cannot start with {tag[0]!r}")
        raise InvalidReference(text, start, f"{tag[0]!r} cannot stand in a tag")
    if good < len(tag):
        raise InvalidReference(text, start + good, f"{tag[good]!r} cannot stand in a tag")
    if len(tag) > MAX_TAG:
        raise InvalidReference(
            text, start + MAX_TAG, f"a tag has at most {MAX_TAG} characters, and this has {len(tag)}"
        )


def _is_domain(component: str) -> bool:
    """Docker's rule for the first of several components (``reference.splitDockerDomain``)."""
    return "." in component or ":" in component or component == "localhost" or component != component.lower()


def _normalise(text: str, name: str) -> tuple[str, str]:
    first, slash, rest = name.partition("/")
    if not slash or not _is_domain(first):
        if _IDENTIFIER.fullmatch(name):
            raise InvalidReference(text, 0, "64 hex digits are an image id, not a repository name")
        _check_path(text, name, 0)
        registry, repository = DEFAULT_REGISTRY, name
    else:
        _check_domain(text, first)
        _check_path(text, rest, len(first) + 1)
        registry, repository = first.lower(), rest
        if registry in _HUB_ALIASES:
            registry = DEFAULT_REGISTRY
    if registry == DEFAULT_REGISTRY and "/" not in repository:
        repository = f"library/{repository}"
    if len(repository) > MAX_REPOSITORY:
        raise InvalidReference(
            text,
            len(name) - 1,
            f"a repository has at most {MAX_REPOSITORY} characters, and this has {len(repository)}",
        )
    return registry, repository


def _check_domain(text: str, domain: str) -> None:
    matched = _DOMAIN.match(domain)
    good = matched.end() if matched else 0
    if good == len(domain):
        return
    if domain.startswith("["):
        close = domain.find("]")
        bad = next(
            (i for i, c in enumerate(domain[1:], 1) if c not in "abcdefABCDEF0123456789:"), len(domain)
        )
        if close < 0 or bad < close:
            raise InvalidReference(text, bad, "an IPv6 host is written in brackets, as hex digits and colons")
    if domain[good] == ":":
        digits = next(
            (i for i, c in enumerate(domain[good + 1 :]) if not c.isascii() or not c.isdigit()), None
        )
        offset = len(domain) if digits is None else good + 1 + digits
        raise InvalidReference(text, offset, "the port of a registry is a number")
    raise InvalidReference(text, good, f"{domain[good]!r} cannot stand here in the name of a registry")


def _check_path(text: str, path: str, start: int) -> None:
    if _PATH.fullmatch(path):
        return
    for component in path.split("/"):
        matched = _COMPONENT.match(component)
        good = matched.end() if matched else 0
        if not component:
            raise InvalidReference(text, start, "a part of the repository name is missing")
        if good < len(component):
            found = component[good]
            offset = start + good
            if found.isascii() and found.isupper():
                raise InvalidReference(text, offset, "a repository name is lower case")
            if found in "._-":
                raise InvalidReference(
                    text, offset, f"{found!r} stands between letters or digits of a repository name"
                )
            raise InvalidReference(text, offset, f"{found!r} cannot stand in a repository name")
        start += len(component) + 1
