"""What a path of the registry's API asks for; a repository's name has slashes, so it is read from its end."""

from dataclasses import dataclass
from enum import Enum

from tagwake.testing.registry import grammar
from tagwake.testing.registry.refusal import Refusal

PREFIX = "/v2/"


class Thing(Enum):
    """What is asked for; the values say what a path looks like."""

    PING = "/v2/"
    CATALOG = "/v2/_catalog"
    EXTENSIONS = "/v2/_oci/ext/discover"
    TOKEN = "/token"  # noqa: S105 - a path
    MANIFEST = "/v2/<name>/manifests/<reference>"
    BLOB = "/v2/<name>/blobs/<digest>"
    UPLOADS = "/v2/<name>/blobs/uploads/"
    UPLOAD = "/v2/<name>/blobs/uploads/<id>"
    TAGS = "/v2/<name>/tags/list"
    REFERRERS = "/v2/<name>/referrers/<digest>"
    TAG_HISTORY = "/v2/<name>/_oci/tag-history/<tag>"
    REPOSITORY_EXTENSIONS = "/v2/<name>/_oci/ext/discover"


@dataclass(frozen=True, slots=True)
class Route:
    """A thing, the repository that has it, and the reference, digest, tag or upload that is meant."""

    thing: Thing
    repository: str = ""
    item: str = ""


_WHOLE = {
    "/v2": Route(Thing.PING),
    "/v2/": Route(Thing.PING),
    "/v2/_catalog": Route(Thing.CATALOG),
    "/v2/_oci/ext/discover": Route(Thing.EXTENSIONS),
    "/token": Route(Thing.TOKEN),
}


def parse(path: str) -> Route:
    """Read a decoded path.

    :raises Refusal: 404 for no path of the API; NAME_INVALID, DIGEST_INVALID, TAG_INVALID for a part that is none.
    """
    whole = _WHOLE.get(path)
    if whole is not None:
        return whole
    parts = path[len(PREFIX) :].split("/") if path.startswith(PREFIX) else []
    found = _from_the_end(parts)
    if found is None:
        raise Refusal(404, "UNSUPPORTED", "no such path in the registry's API")
    thing, length, item = found
    repository = grammar.name("/".join(parts[:-length]))
    if thing is Thing.MANIFEST:
        item = grammar.reference(item)
    elif thing in (Thing.BLOB, Thing.REFERRERS):
        item = grammar.digest(item)
    elif thing is Thing.TAG_HISTORY:
        item = grammar.tag(item)
    return Route(thing, repository, item)


def _from_the_end(parts: list[str]) -> tuple[Thing, int, str] | None:
    """The thing, how many parts name it, and the item."""
    match parts:
        case [_, *_, "manifests", item]:
            return Thing.MANIFEST, 2, item
        case [_, *_, "blobs", "uploads"]:
            return Thing.UPLOADS, 2, ""
        case [_, *_, "blobs", "uploads", ""]:
            return Thing.UPLOADS, 3, ""
        case [_, *_, "blobs", "uploads", item]:
            return Thing.UPLOAD, 3, item
        case [_, *_, "blobs", item]:
            return Thing.BLOB, 2, item
        case [_, *_, "tags", "list"]:
            return Thing.TAGS, 2, ""
        case [_, *_, "referrers", item]:
            return Thing.REFERRERS, 2, item
        case [_, *_, "_oci", "tag-history", item]:
            return Thing.TAG_HISTORY, 3, item
        case [_, *_, "_oci", "ext", "discover"]:
            return Thing.REPOSITORY_EXTENSIONS, 3, ""
    return None
