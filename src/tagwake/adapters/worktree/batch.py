"""One batch of files: each read and handed to the reader, or taken as remembered where it has not changed."""

import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from struct import Struct

from tagwake.adapters.worktree.tree import FILE_FLAGS, Tree, Unread
from tagwake.core.pin import BARE, FileScan
from tagwake.ports.worktree import FileReader

_IDENTITY = Struct("=QQQqq")
IDENTITY_SIZE = _IDENTITY.size
NO_IDENTITY = bytes(IDENTITY_SIZE)
_KIND, _REGULAR = 0o170000, stat.S_IFREG


class Job:
    """What every batch of a scan has in common; plain, as making a dataclass is dear at start-up.

    :param paths: all files, in order.
    :param reasons: why some of them are not read.
    :param limit: bytes a file may have.
    :param settled: files changed at or after this time (ns since 1970) may change again unseen: not remembered.
    :param known: for each path by its index the identity that was remembered, in one piece; or empty.
    """

    __slots__ = ("known", "limit", "paths", "reader", "reasons", "root", "settled")

    def __init__(
        self,
        root: str,
        paths: Sequence[str],
        reasons: Mapping[str, str],
        reader: FileReader,
        *,
        limit: int,
        settled: int,
        known: bytes = b"",
    ) -> None:
        self.root = root
        self.paths = paths
        self.reasons = reasons
        self.reader = reader
        self.limit = limit
        self.settled = settled
        self.known = known


class BatchResult:
    """What a batch gave.

    :param identities: of all of its files, in one piece, zeros for those not to be remembered; empty where every
        file is as remembered.
    :param reused: indices of the files that are as remembered, where not all are.
    :param scans: by index, of files that were read (or skipped) and have something to say.
    :param records: the same, as another process sent them.
    """

    __slots__ = ("identities", "records", "reused", "scans")

    def __init__(
        self,
        identities: bytes = b"",
        reused: Sequence[int] = (),
        scans: Mapping[int, FileScan] | None = None,
        records: Mapping[int, bytes] | None = None,
    ) -> None:
        self.identities = identities
        self.reused = reused
        self.scans = scans or {}
        self.records = records or {}


def scan_batch(job: Job, tree: Tree, start: int, stop: int) -> BatchResult:
    """Scan the files from ``start`` to before ``stop``."""
    known = job.known[start * IDENTITY_SIZE : stop * IDENTITY_SIZE]
    if not known:
        identities, scans = _scan(job, tree, range(start, stop))
        return BatchResult(b"".join(identities), scans=scans)
    now = _identities(tree, job.paths[start:stop])
    if b"".join(now) == known and NO_IDENTITY not in now:
        return BatchResult()
    reused: list[int] = []
    changed: list[int] = []
    for at, identity in enumerate(now):
        is_same = identity == known[at * IDENTITY_SIZE : (at + 1) * IDENTITY_SIZE]
        (reused if is_same and identity != NO_IDENTITY else changed).append(start + at)
    identities, scans = _scan(job, tree, changed)
    for index, identity in zip(changed, identities, strict=True):
        now[index - start] = identity
    return BatchResult(b"".join(now), reused, scans)


def _scan(job: Job, tree: Tree, indices: Iterable[int]) -> tuple[list[bytes], dict[int, FileScan]]:
    """Read files: each one's identity, and the scans that say something. The loop that every file passes through."""
    paths, reasons, reader, limit, settled = job.paths, job.reasons, job.reader, job.limit, job.settled
    look, pack = os.fstat, _IDENTITY.pack
    identities: list[bytes] = []
    scans: dict[int, FileScan] = {}
    here, descriptor = None, -1
    for index in indices:
        path = paths[index]
        folder, _, name = path.rpartition("/")
        data = status = None
        size = 0
        try:
            if folder != here:
                here, descriptor = None, tree.folder(folder)
                here = folder
            file = os.open(name, FILE_FLAGS, dir_fd=descriptor)
            try:
                status = look(file)
                size = status.st_size
                if status.st_mode & _KIND == _REGULAR and size <= limit:
                    data = os.read(file, size + 1)
            finally:
                os.close(file)
        except OSError:
            data = None
        if (
            data is None or status is None or len(data) != size or (reasons and path in reasons)
        ):  # anything but the usual
            here = None
            scan = _unusual(job, tree, path)
            identities.append(NO_IDENTITY)
        else:
            scan = reader(path, data)
            changed, touched = status.st_mtime_ns, status.st_ctime_ns
            identities.append(
                NO_IDENTITY
                if changed >= settled or touched >= settled
                else pack(status.st_dev, status.st_ino, size, changed, touched)
            )
        if scan is not BARE and not scan.is_bare:
            scans[index] = scan
    return identities, scans


def _unusual(job: Job, tree: Tree, path: str) -> FileScan:
    """A file that could not be read at the first go: why not, or what it holds where it only changed its size."""
    reason = job.reasons.get(path)
    if reason is not None:
        return FileScan(path, skipped=reason)
    found = tree.read(path, job.limit)
    if isinstance(found, Unread):
        return FileScan(path, skipped=found.reason)
    return job.reader(path, found[0])


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
