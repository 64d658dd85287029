"""The storage of a CNCF distribution registry on disk: which digests a tag ever had, and when it was set to each last.

Source: distribution/distribution, ``registry/storage/paths.go``: ``_manifests/tags/<tag>/index/<algorithm>/<hex>/link``
stands for each digest that a tag ever had, and ``_manifests/tags/<tag>/current/link`` holds the one that it has. Times
are those of the files: copying a tree without them makes all moves look new.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidDigest, InvalidReference, UsageRefused
from tagwake.core.reference import Reference, Stream, is_tag
from tagwake.core.sighting import IMPORT, Sighting

HOW = f"{IMPORT}distribution"
MAX_LINK = 512
"""Bytes of a link: a digest has at most 135."""
MAX_DEEP = 64
"""Folders of a repository's name."""

_PLACES = ("docker/registry/v2/repositories", "v2/repositories", "repositories", "")


def read_storage(root: str, registry: str) -> Iterator[Sighting]:
    """What the tags of all repositories were, by repository and tag, oldest first.

    :param root: the registry's ``rootdirectory``, or a folder below it.
    :param registry: the host that it serves as.
    :raises UsageRefused: where there is no storage of a registry, or it cannot be read.
    """
    folder = next((path for place in _PLACES if _is_storage(path := os.path.join(root, place))), None)
    if folder is None:
        raise UsageRefused(
            f"{root}: no storage of a distribution registry: there is no v2/repositories in it"
        )
    try:
        for name in _repositories(folder, "", 0):
            yield from _repository(os.path.join(folder, name, "_manifests", "tags"), f"{registry}/{name}")
    except OSError as error:
        raise UsageRefused(f"{error.filename or root}: cannot be read: {error.strerror}") from error


def _is_storage(path: str) -> bool:
    if not os.path.isdir(path):
        return False
    if os.path.basename(path) == "repositories":
        return True
    return any(True for _ in _repositories(path, "", MAX_DEEP - 2))


def _repositories(folder: str, name: str, depth: int) -> Iterator[str]:
    """Names of the repositories below, in their order; links are not followed."""
    if depth > MAX_DEEP:
        return
    with os.scandir(os.path.join(folder, name)) as entries:
        below = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    if name and "_manifests" in below:
        yield name
    for each in below:
        if not each.startswith("_"):
            yield from _repositories(folder, f"{name}/{each}" if name else each, depth + 1)


def _repository(folder: str, image: str) -> Iterator[Sighting]:
    try:
        reference = Reference.parse(image)
    except InvalidReference:
        return
    if not os.path.isdir(folder):
        return
    for tag in sorted(os.listdir(folder)):
        if is_tag(tag):
            stream = Stream(reference.registry, reference.repository, tag)
            yield from _tag(os.path.join(folder, tag), stream)


def _tag(folder: str, stream: Stream) -> Iterator[Sighting]:
    index = os.path.join(folder, "index")
    seen: list[tuple[datetime, Digest]] = []
    for algorithm in _names(index):
        for hexadecimal in _names(os.path.join(index, algorithm)):
            found = _link(os.path.join(index, algorithm, hexadecimal, "link"))
            if found is not None:
                seen.append(found)
    seen.sort()
    current = _link(os.path.join(folder, "current", "link"))
    if current is not None and (not seen or seen[-1][1] != current[1]):
        last = seen[-1][0] if seen else current[0]
        seen.append((max(current[0], last), current[1]))
    for moment, digest in seen:
        yield Sighting(stream, moment, digest, HOW)


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _link(path: str) -> tuple[datetime, Digest] | None:
    """When a link was written, and the digest in it; ``None`` for what is none."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_LINK)
            written = os.fstat(file.fileno()).st_mtime_ns
        digest = Digest.parse(data.decode("ascii", "replace").strip())
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, InvalidDigest):
        return None
    seconds, nanoseconds = divmod(written, 1_000_000_000)
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=nanoseconds // 1_000_000 * 1000)
    return moment, digest
