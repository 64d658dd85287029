"""What earlier runs found, kept in the user's cache directory by the identity of each file.

A file is taken as remembered only while device, inode, size and both of its times (content and status, in
nanoseconds) are those that it had when its bytes were read, and only if these times were in the past by then. That
holds whatever git, its filters or line-ending rules make of the file; see docs/decisions/scan-cache-by-file-identity.md.
"""

import contextlib
import os
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from struct import Struct
from zlib import crc32

import tagwake
from tagwake.adapters.worktree.batch import IDENTITY_SIZE, NO_IDENTITY
from tagwake.adapters.worktree.remembered import Gathered, Remembered
from tagwake.adapters.worktree.scan_record import FORMAT

_MAGIC = b"tagwake scan cache 2\n"
_CHECK = Struct("=I")
_SUM = _CHECK.size
_SIZES = Struct("=QQQQ")
_ENTRY = Struct("=II")
_SUFFIX = ".scan"
MOST_BYTES = 128 * 1024 * 1024
"""What one tree may take; a larger one is not remembered."""

MOST_FILES = 32
"""How many trees are remembered; the one longest unused goes first."""


class ScanCache:
    """One tree's file in the cache folder.

    :param folder: of all trees (:func:`tagwake.adapters.worktree.cache_home.cache_folder`).
    :param root: absolute path of the tree.
    :param reading: whatever else decides what a file gives: the reader's version, the size limit.
    """

    def __init__(self, folder: str, root: str, reading: str) -> None:
        self._folder = folder
        self._key = f"{FORMAT}\0{reading}\0{root}".encode("utf-8", "surrogateescape")
        self._path = os.path.join(folder, blake2b(self._key, digest_size=16).hexdigest() + _SUFFIX)

    def load(self, paths: Sequence[str]) -> Remembered:
        """What is remembered of these files; nothing where the file is absent, not ours, or damaged."""
        data = self._read()
        if data is None:
            return Remembered()
        body = memoryview(data)[len(_MAGIC) + _SUM :]
        lengths = _SIZES.unpack_from(body)
        at = _SIZES.size
        parts = []
        for length in lengths:
            parts.append(body[at : at + length])
            at += length
        key, names, identities, records = parts
        if bytes(key) != self._key:
            return Remembered()
        old_paths = os.fsdecode(bytes(names)).split("\0")
        found = dict(_entries(records))
        if old_paths == paths:
            return Remembered(bytes(identities), found, is_same_list=True)
        return _moved(old_paths, bytes(identities), found, paths)

    def store(self, paths: Sequence[str], gathered: Gathered) -> None:
        """Remember a run; where that cannot be done the next run only reads more."""
        identities, records = gathered.whole()
        names = os.fsencode("\0".join(paths))
        entries = b"".join(
            part for index, record in records.items() for part in (_ENTRY.pack(index, len(record)), record)
        )
        parts = (self._key, names, identities, entries)
        body = [_SIZES.pack(*map(len, parts)), *parts]
        if sum(map(len, body)) > MOST_BYTES:
            return
        with contextlib.suppress(OSError):  # a full or read-only disk is no reason to fail a scan
            self._write([_MAGIC, _sum(body), *body])

    def _read(self) -> bytes | None:
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            status = os.fstat(descriptor)
            if status.st_uid != os.geteuid() or status.st_mode & 0o022 or status.st_size > 2 * MOST_BYTES:
                return None
            with os.fdopen(os.dup(descriptor), "rb") as stream:
                data = stream.read(status.st_size)
            os.utime(descriptor)
        except OSError:
            return None
        finally:
            os.close(descriptor)
        start = len(_MAGIC) + _SUM
        if len(data) < start + _SIZES.size or not data.startswith(_MAGIC):
            return None
        body = memoryview(data)[start:]
        return data if _sum([body]) == data[len(_MAGIC) : start] else None

    def _write(self, parts: Sequence[bytes]) -> None:
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        temporary = f"{self._path}.{os.getpid()}-{os.urandom(4).hex()}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.writelines(parts)
            os.replace(temporary, self._path)
        except BaseException:
            os.unlink(temporary)
            raise
        self._tidy()

    def _tidy(self) -> None:
        """Keep the trees used last, and nothing that an interrupted run left an hour ago."""
        kept: list[tuple[float, str]] = []
        with os.scandir(self._folder) as entries:
            kept.extend(
                (entry.stat(follow_symlinks=False).st_mtime, entry.path)
                for entry in entries
                if _SUFFIX in entry.name
            )
        kept.sort(reverse=True)
        hour_ago = kept[0][0] - 3600
        for place, (used, path) in enumerate(kept):
            if place >= MOST_FILES or (not path.endswith(_SUFFIX) and used < hour_ago):
                with contextlib.suppress(FileNotFoundError):  # another run tidies too
                    os.unlink(path)


def code_fingerprint() -> str:
    """Changes with every change of the code that reads files: its version may be forgotten, this cannot.

    It is made of names, sizes and times of the modules of ``core`` and ``formats``.
    """
    package = os.path.dirname(tagwake.__file__)
    hashed = blake2b(tagwake.__version__.encode(), digest_size=16)
    waiting = [os.path.join(package, room) for room in ("core", "formats")]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir():
                    waiting.append(entry.path)
                elif entry.name.endswith(".py"):
                    status = entry.stat()
                    hashed.update(
                        f"{entry.path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode("utf-8", "replace")
                    )
    return hashed.hexdigest()


def _sum(body: Sequence[bytes | memoryview]) -> bytes:
    """Tells damage; who can write here needs no forgery, for the file is the user's own."""
    found = 0
    for part in body:
        found = crc32(part, found)
    return _CHECK.pack(found)


def _entries(records: memoryview) -> list[tuple[int, bytes]]:
    entries = []
    at = 0
    while at < len(records):
        index, length = _ENTRY.unpack_from(records, at)
        at += _ENTRY.size
        entries.append((index, bytes(records[at : at + length])))
        at += length
    return entries


def _moved(
    old_paths: Sequence[str], identities: bytes, records: Mapping[int, bytes], paths: Sequence[str]
) -> Remembered:
    """The same by the index of other paths."""
    old_index = {path: index for index, path in enumerate(old_paths)}
    pieces: list[bytes] = []
    found: dict[int, bytes] = {}
    for index, path in enumerate(paths):
        old = old_index.get(path)
        if old is None:
            pieces.append(NO_IDENTITY)
            continue
        pieces.append(identities[old * IDENTITY_SIZE : (old + 1) * IDENTITY_SIZE])
        record = records.get(old)
        if record is not None:
            found[index] = record
    return Remembered(b"".join(pieces), found)
