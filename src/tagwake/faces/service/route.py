"""What a path of a registry's API asks for; names of repositories have slashes, so it is read from its end.

The registry whose history it is stands first in the repository's name: ``/v2/cgr.dev/chainguard/go/…``. By the rule
for references, a name that begins with no host is one of Docker Hub.
"""

from dataclasses import dataclass
from enum import Enum

from tagwake.core.errors import InvalidReference
from tagwake.core.reference import DEFAULT_TAG, Reference, Stream, is_tag

V2 = "/v2/"
QUAY = "/api/v1/repository/"
MAX_PATH = 4096


class Thing(Enum):
    """What is asked for; the values say what a path looks like."""

    PING = "/v2/"
    EXTENSIONS = "/v2/[<registry>/<repository>/]_oci/ext/discover"
    OCI = "/v2/<registry>/<repository>/_oci/tag-history/<tag>"
    CHAINGUARD = "/v2/<registry>/<repository>/_chainguard/history/<tag>"
    QUAY = "/api/v1/repository/<registry>/<repository>/tag/"


@dataclass(frozen=True, slots=True)
class Asked:
    """A thing, and the registry, repository and tag that are meant; empty where the path names none."""

    thing: Thing
    registry: str = ""
    repository: str = ""
    tag: str = ""

    @property
    def stream(self) -> Stream:
        """The tag that is meant."""
        return Stream(self.registry, self.repository, self.tag)


class NoSuchPath(Exception):
    """No path of the APIs that are served here."""


class BadName(Exception):
    """A part of the path is no name.

    :param code: the error code (OCI distribution specification, "Error Codes").
    """

    def __init__(self, code: str, problem: str) -> None:
        super().__init__(problem)
        self.code = code


def parse(path: str) -> Asked:
    """Read a decoded path.

    :raises NoSuchPath: for a path of another kind.
    :raises BadName: for a repository or a tag that is none.
    """
    if len(path) > MAX_PATH:
        raise BadName("NAME_INVALID", f"the path is longer than {MAX_PATH} characters")
    if path in ("/v2", V2):
        return Asked(Thing.PING)
    if path == "/v2/_oci/ext/discover":
        return Asked(Thing.EXTENSIONS)
    if path.startswith(V2):
        return _registry_path(path.removeprefix(V2).split("/"))
    if path.startswith(QUAY):
        return _quay_path(path.removeprefix(QUAY).rstrip("/").split("/"))
    raise NoSuchPath


def _registry_path(parts: list[str]) -> Asked:
    match parts:
        case [_, *_, "_oci", "tag-history", tag]:
            return _of(Thing.OCI, parts[:-3], tag)
        case [_, *_, "_chainguard", "history", tag]:
            return _of(Thing.CHAINGUARD, parts[:-3], tag)
        case [_, *_, "_oci", "ext", "discover"]:
            return _of(Thing.EXTENSIONS, parts[:-3], None)
    raise NoSuchPath


def _quay_path(parts: list[str]) -> Asked:
    match parts:
        case [_, *_, "tag"]:
            return _of(Thing.QUAY, parts[:-1], None)
    raise NoSuchPath


def _of(thing: Thing, name: list[str], tag: str | None) -> Asked:
    if tag is not None and not is_tag(tag):
        raise BadName("TAG_INVALID", f"{tag[:60]!r} is no tag")
    text = "/".join(name)
    try:
        read = Reference.parse(f"{text}:{DEFAULT_TAG}")
    except InvalidReference as error:
        raise BadName("NAME_INVALID", f"{text[:200]!r} is no repository: {error.problem}") from None
    if read.name != text:
        raise BadName("NAME_INVALID", f"{text[:200]!r} is no repository: it has a tag or a digest in it")
    return Asked(thing, read.registry, read.repository, tag or "")
