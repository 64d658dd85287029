"""A tree of files: listed, read, and rewritten whole or not at all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from tagwake.core.pin import FileScan
from tagwake.ports.progress import Progress


class FileReader(Protocol):
    """A pure, picklable reader of one file's bytes."""

    version: str
    """Changes whenever the reader would read the same bytes in another way."""

    def __call__(self, path: str, data: bytes) -> FileScan:
        """What this file holds; ``path`` is relative to the root."""
        ...

    def kind(self, path: str) -> str:
        """What of the path the reader looks at: same kind and same bytes give the same references."""
        ...


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A file as it was read: its bytes, and what tells whether it has changed since."""

    path: str
    data: bytes
    identity: tuple[int, ...]


class Worktree(Protocol):
    """A tree of files below ``root``; paths are relative to it, with ``/`` between their parts."""

    @property
    def root(self) -> str:
        """The root as the user typed it."""
        ...

    def map(
        self, reader: FileReader, *, fresh: bool = False, progress: Progress | None = None
    ) -> Iterator[FileScan]:
        """Every file once, in the order of paths: read, or skipped with a reason.

        :param fresh: read every byte, and use nothing remembered from an earlier run.
        :param progress: is told of ``reading``.
        """
        ...

    def read(self, path: str) -> Snapshot:
        """The file now.

        :raises UsageRefused: when it cannot be read.
        """
        ...

    def replace(self, snapshot: Snapshot, data: bytes, is_sound: Callable[[bytes], bool]) -> None:
        """Put ``data`` in the file's place, atomically, keeping mode and ownership; re-read it and ask ``is_sound``.

        :raises WriteFailed: when the file changed since the snapshot, cannot be written, or reads back unsound;
            the old bytes stand.
        """
        ...
