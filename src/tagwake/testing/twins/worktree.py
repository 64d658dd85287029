"""An in-memory twin of the port Worktree: files in a dictionary, and faults on purpose."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tagwake.core.errors import UsageRefused, WriteFailed
from tagwake.core.pin import FileScan
from tagwake.ports.progress import Progress
from tagwake.ports.worktree import FileReader, Snapshot, Stretch


@dataclass(slots=True)
class WorktreeTwin:
    """A tree of files in memory.

    :param files: bytes by path; change them with :meth:`write`, so that snapshots notice.
    :param root: as the user would have typed it.
    :param skipped: files that cannot be read: the reason by path.
    :param full: paths that cannot be written, as on a full disk.
    :param garbled: paths where something else arrives than what is written.
    :param writes: the paths that were replaced, in order.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    root: str = "."
    skipped: dict[str, str] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)
    garbled: set[str] = field(default_factory=set)
    writes: list[str] = field(default_factory=list)
    _changes: dict[str, int] = field(default_factory=dict)

    def write(self, path: str, data: bytes | None) -> None:
        """Change a file as somebody else would; ``None`` removes it."""
        self._changes[path] = self._changes.get(path, 0) + 1
        if data is None:
            del self.files[path]
        else:
            self.files[path] = data

    def map(
        self,
        reader: FileReader,
        *,
        fresh: bool = False,  # noqa: ARG002 (it remembers nothing)
        progress: Progress | None = None,
    ) -> Iterator[Stretch]:
        """See :meth:`tagwake.ports.worktree.Worktree.map`."""
        paths = sorted(self.files.keys() | self.skipped.keys())
        for done, path in enumerate(paths, 1):
            reason = self.skipped.get(path)
            scan = FileScan(path, skipped=reason) if reason is not None else reader(path, self.files[path])
            yield Stretch(1, () if scan.is_bare else (scan,))
            if progress is not None:
                progress("reading", done, len(paths))

    def read(self, path: str) -> Snapshot:
        """See :meth:`tagwake.ports.worktree.Worktree.read`."""
        if path in self.skipped:
            raise UsageRefused(f"{path}: {self.skipped[path]}")
        if path not in self.files:
            raise UsageRefused(f"{path}: not on disk")
        return Snapshot(path, self.files[path], (self._changes.get(path, 0),))

    def replace(self, snapshot: Snapshot, data: bytes, is_sound: Callable[[bytes], bool]) -> None:
        """See :meth:`tagwake.ports.worktree.Worktree.replace`."""
        path = snapshot.path
        if path not in self.files or self.read(path) != snapshot:
            raise WriteFailed(f"{path}: changed since it was read, so it is left as it is; run tagwake again")
        if path in self.full:
            raise WriteFailed(f"{path}: not written: no space left on device; the old file stands")
        self.write(path, data[::-1] if path in self.garbled else data)
        self.writes.append(path)
        if self.files[path] != data or not is_sound(self.files[path]):
            self.write(path, snapshot.data)
            raise WriteFailed(f"{path}: what was written is not what should be; the old bytes are back")
