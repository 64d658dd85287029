"""One batch of files: each read and handed to the reader, or taken as remembered where it has not changed."""

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from struct import Struct

from tagwake.adapters.worktree.tree import Tree, Unread
from tagwake.core.pin import FileScan
from tagwake.ports.worktree import FileReader

_IDENTITY = Struct("=QQQqq")
IDENTITY_SIZE = _IDENTITY.size
NO_IDENTITY = bytes(IDENTITY_SIZE)


@dataclass(frozen=True, slots=True)
class Job:
    """What every batch of a scan has in common.

    :param paths: all files, in order.
    :param reasons: why some of them are not read.
    :param limit: bytes a file may have.
    :param settled: files changed at or after this time (ns since 1970) may change again unseen: not remembered.
    :param known: for each path by its index the identity that was remembered, in one piece; or empty.
    """

    root: str
    paths: Sequence[str]
    reasons: Mapping[str, str]
    reader: FileReader
    limit: int
    settled: int
    known: bytes = b""


@dataclass(slots=True)
class BatchResult:
    """What a batch gave.

    :param identities: of all of its files, in one piece, zeros for those not to be remembered; empty where every
        file is as remembered.
    :param reused: indices of the files that are as remembered, where not all are.
    :param scans: by index, of files that were read (or skipped) and have something to say.
    :param records: the same, as another process sent them.
    """

    identities: bytes = b""
    reused: list[int] = field(default_factory=list)
    scans: dict[int, FileScan] = field(default_factory=dict)
    records: dict[int, bytes] = field(default_factory=dict)


def scan_batch(job: Job, tree: Tree, start: int, stop: int) -> BatchResult:
    """Scan the files from ``start`` to before ``stop``."""
    known = job.known[start * IDENTITY_SIZE : stop * IDENTITY_SIZE]
    now = _identities(tree, job.paths[start:stop]) if known else []
    if known and b"".join(now) == known and NO_IDENTITY not in now:
        return BatchResult()
    result = BatchResult()
    identities: list[bytes] = []
    for index in range(start, stop):
        at = index - start
        if known:
            identity = now[at]
            if identity != NO_IDENTITY and identity == known[at * IDENTITY_SIZE : (at + 1) * IDENTITY_SIZE]:
                result.reused.append(index)
                identities.append(identity)
                continue
        scan, identity = _scan(job, tree, job.paths[index])
        identities.append(identity)
        if scan.references or scan.skipped is not None or scan.encoding != "utf-8":
            result.scans[index] = scan
    result.identities = b"".join(identities)
    return result


def _scan(job: Job, tree: Tree, path: str) -> tuple[FileScan, bytes]:
    reason = job.reasons.get(path) if job.reasons else None
    if reason is not None:
        return FileScan(path, skipped=reason), NO_IDENTITY
    found = tree.read(path, job.limit)
    if isinstance(found, Unread):
        return FileScan(path, skipped=found.reason), NO_IDENTITY
    data, status = found
    changed = status.st_mtime_ns
    touched = status.st_ctime_ns
    if changed >= job.settled or touched >= job.settled or len(data) != status.st_size:
        return job.reader(path, data), NO_IDENTITY
    return job.reader(path, data), _IDENTITY.pack(
        status.st_dev, status.st_ino, status.st_size, changed, touched
    )


def _identities(tree: Tree, paths: Sequence[str]) -> list[bytes]:
    """The identity of each file as it is now; zeros for what is no regular file."""
    identities: list[bytes] = []
    here = None
    descriptor = -1
    pack = _IDENTITY.pack
    look = os.stat
    for path in paths:
        folder, _, name = path.rpartition("/")
        try:
            if folder != here:
                descriptor = tree.folder(folder)
                here = folder
            status = look(name, dir_fd=descriptor, follow_symlinks=False)
        except OSError:
            here = None
            identities.append(NO_IDENTITY)
            continue
        if stat.S_ISREG(status.st_mode):
            identities.append(
                pack(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            )
        else:
            identities.append(NO_IDENTITY)
    return identities
