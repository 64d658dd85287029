"""Where content is kept by its digest: in memory, or in a folder that survives a restart."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from tagwake.testing.registry.refusal import Refusal

CHUNK = 1 << 18
"""Bytes that are read or hashed at once."""


class Draft(Protocol):
    """Content that is still coming in; it becomes visible only when its digest proves right."""

    size: int

    def append(self, piece: bytes) -> None:
        """Add ``piece`` at the end."""
        ...

    def check(self, digest: str) -> None:
        """Compare what came in with ``digest``; it takes its time where much came in.

        :raises Refusal: DIGEST_INVALID.
        """
        ...

    def move_to(self, digest: str) -> None:
        """Keep what came in under ``digest``, which was checked."""
        ...

    def discard(self) -> None:
        """Throw away what came in."""
        ...


class Keep(Protocol):
    """Content by digest; digests are valid when they come here."""

    def draft(self) -> Draft:
        """Room for content that comes in by and by."""
        ...

    def put(self, digest: str, content: bytes) -> None:
        """Keep ``content``, whose digest was checked."""
        ...

    def has(self, digest: str) -> bool:
        """Whether the content is here."""
        ...

    def size(self, digest: str) -> int:
        """Bytes of the content."""
        ...

    def read(self, digest: str, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from ``start`` up to ``stop``, in pieces."""
        ...

    def drop(self, digest: str) -> None:
        """Forget the content."""
        ...


def check(digest: str, pieces: Iterable[bytes | bytearray]) -> None:
    """Compare ``digest`` with that of the content.

    :raises Refusal: DIGEST_INVALID.
    """
    algorithm, _, expected = digest.partition(":")
    hasher = hashlib.new(algorithm)
    for piece in pieces:
        hasher.update(piece)
    if hasher.hexdigest() != expected:
        message = f"the content's digest is {algorithm}:{hasher.hexdigest()}, not {digest}"
        raise Refusal(400, "DIGEST_INVALID", message)


class MemoryKeep:
    """Content in memory, gone with the process."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}

    def draft(self) -> "MemoryDraft":
        """Room in memory."""
        return MemoryDraft(self)

    def put(self, digest: str, content: bytes) -> None:
        """Keep ``content`` in memory."""
        self.content[digest] = content

    def has(self, digest: str) -> bool:
        """Whether the content is in memory."""
        return digest in self.content

    def size(self, digest: str) -> int:
        """Bytes of the content."""
        return len(self.content[digest])

    def read(self, digest: str, start: int, stop: int) -> Iterator[bytes]:
        """One piece: it is in memory already."""
        yield self.content[digest][start:stop]

    def drop(self, digest: str) -> None:
        """Forget the content."""
        self.content.pop(digest, None)


class MemoryDraft:
    """Content that comes into memory."""

    def __init__(self, keep: MemoryKeep) -> None:
        self._keep = keep
        self._came = bytearray()
        self.size = 0

    def append(self, piece: bytes) -> None:
        """Add ``piece`` at the end."""
        self._came += piece
        self.size = len(self._came)

    def check(self, digest: str) -> None:
        """Compare what came in with ``digest``."""
        check(digest, [self._came])

    def move_to(self, digest: str) -> None:
        """Keep what came in."""
        self._keep.put(digest, bytes(self._came))
        self._came = bytearray()

    def discard(self) -> None:
        """Throw away what came in."""
        self._came = bytearray()


class FolderKeep:
    """Content in files named by algorithm and hex digits; a file appears whole, by a rename, or not at all."""

    def __init__(self, root: Path) -> None:
        self._blobs = root / "blobs"
        self._drafts = root / "drafts"
        self._blobs.mkdir(parents=True, exist_ok=True)
        self._drafts.mkdir(exist_ok=True)
        self._count = 0
        for left_over in self._drafts.iterdir():
            left_over.unlink()

    def path(self, digest: str) -> Path:
        """The file of ``digest``: only a digest's own hex digits become a path."""
        algorithm, _, encoded = digest.partition(":")
        return self._blobs / algorithm / encoded[:2] / encoded

    def draft(self) -> "FolderDraft":
        """Room in a file of its own."""
        self._count += 1
        return FolderDraft(self, self._drafts / f"draft-{self._count}")

    def put(self, digest: str, content: bytes) -> None:
        """Write ``content`` to its file."""
        if not self.has(digest):
            draft = self.draft()
            try:
                draft.append(content)
                draft.move_to(digest)
            except OSError:
                draft.discard()
                raise

    def has(self, digest: str) -> bool:
        """Whether there is a file of it."""
        return self.path(digest).exists()

    def size(self, digest: str) -> int:
        """Bytes of the file."""
        return self.path(digest).stat().st_size

    def read(self, digest: str, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from ``start`` up to ``stop``, in pieces."""
        with self.path(digest).open("rb") as file:
            file.seek(start)
            left = stop - start
            while left > 0 and (piece := file.read(min(CHUNK, left))):
                left -= len(piece)
                yield piece

    def drop(self, digest: str) -> None:
        """Remove the file."""
        self.path(digest).unlink(missing_ok=True)

    def sweep(self, wanted: Iterable[str]) -> None:
        """Remove the files that nothing names: a crash left them between two steps."""
        named = {self.path(digest) for digest in wanted}
        for file in self._blobs.glob("*/*/*"):
            if file not in named:
                file.unlink()


class FolderDraft:
    """Content that comes into a file."""

    def __init__(self, keep: FolderKeep, path: Path) -> None:
        self._keep = keep
        self._path = path
        self._file = path.open("xb")
        self.size = 0

    def append(self, piece: bytes) -> None:
        """Add ``piece`` at the end."""
        self._file.write(piece)
        self.size += len(piece)

    def check(self, digest: str) -> None:
        """Compare what came in with ``digest``."""
        self._file.flush()
        with self._path.open("rb") as file:
            check(digest, iter(lambda: file.read(CHUNK), b""))

    def move_to(self, digest: str) -> None:
        """Move the file to its place, durably."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        target = self._keep.path(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        self._path.replace(target)
        _sync_folder(target.parent)

    def discard(self) -> None:
        """Remove the file."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
