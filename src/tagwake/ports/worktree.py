"""A tree of files: listed, read, and rewritten whole or not at all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from tagwake.core.pin import FileScan
from tagwake.ports.progress import Progress


class FileReader(Protocol):
    """A pure, picklable reader of one file's bytes."""

    version: str
    """Changes whenever the reader would read the same bytes in another way."""

    def __call__(self, path: str, data: bytes) -> FileScan:
        """What this file holds, :data:`BARE` where that is nothing; ``path`` is relative to the root."""
        ...

    def prepare(self) -> None:
        """Take in what reading many files needs: called where there is time, and never needed."""
        ...

    def kind(self, path: str) -> str:
        """What of the path the reader looks at: same kind and same bytes give the same references."""
        ...


class Stretch:
    """Some of a tree's files that were read, or skipped: most of them say nothing and are only counted.

    Plain, as making a dataclass is dear at start-up.

    :param files: how many they are.
    :param scans: of those among them that are not bare (:attr:`FileScan.is_bare`), in the order of paths.
    """

    __slots__ = ("files", "scans")

    def __init__(self, files: int, scans: Sequence[FileScan]) -> None:
        self.files = files
        self.scans = scans


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
    ) -> Iterator[Stretch]:
        """Every file once, read, or skipped with a reason; the scans of all stretches are in the order of paths.

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
