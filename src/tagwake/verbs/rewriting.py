"""Writes planned digests into files: each file whole or not at all, and one file's failure stops no other."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tagwake.core.digest_edit import digest_edit
from tagwake.core.edit import Edit, EditConflict, apply, is_only_edited
from tagwake.core.errors import TagwakeError
from tagwake.core.pin import FileScan, PlacedReference
from tagwake.core.report import Report
from tagwake.core.update_plan import Step
from tagwake.ports.progress import Progress
from tagwake.ports.worktree import Snapshot, Worktree
from tagwake.verbs.scan import Scan

_AT_ONCE = 8
"""Folders that are written to at the same time."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that was rewritten, or with ``dry_run`` would have been: its bytes before and after."""

    path: str
    old: bytes
    new: bytes


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What a run of ``update`` or ``pin`` found and did.

    :param changes: in the order of paths; with ``dry_run`` nothing of them is written.
    :param is_interrupted: the run was cancelled; every file is either old or new, and the report says which.
    """

    report: Report
    changes: tuple[FileChange, ...] = ()
    is_interrupted: bool = False


@dataclass(slots=True)
class Written:
    """What :func:`write` did: the steps with their final outcomes, in the order given."""

    steps: list[Step]
    changes: list[FileChange]
    is_interrupted: bool = False


async def write(
    worktree: Worktree,
    scan: Scan,
    steps: Sequence[Step],
    *,
    dry_run: bool,
    progress: Progress | None = None,
) -> Written:
    """Write every step's digest, file by file; several folders at once, as each write waits for its disk.

    A step that is written has its final outcome; one that is not has the reason. A cancellation lets the files at
    hand be finished, starts no other, and does not pass through.
    """
    writer = _Writer(worktree, scan, steps, dry_run, progress)
    workers = [asyncio.ensure_future(writer.work()) for _ in range(min(_AT_ONCE, len(writer.folders)))]
    try:
        await asyncio.gather(*map(asyncio.shield, workers))
    except asyncio.CancelledError:
        writer.is_stopped = True
        await asyncio.gather(*workers)
    return writer.written()


class _Writer:
    def __init__(
        self,
        worktree: Worktree,
        scan: Scan,
        steps: Sequence[Step],
        dry_run: bool,
        progress: Progress | None,
    ) -> None:
        self.is_stopped = False
        self.folders: list[list[str]] = []
        self._worktree = worktree
        self._scan = scan
        self._steps = list(steps)
        self._dry_run = dry_run
        self._progress = progress
        self._files = {file.path: file for file in scan.files}
        self._numbers: dict[str, list[int]] = {}
        self._changes: dict[str, FileChange] = {}
        self._done = 0
        for number, step in enumerate(steps):
            if step.write is not None:
                self._numbers.setdefault(step.outcome.path, []).append(number)
        by_folder: dict[str, list[str]] = {}
        for path in self._numbers:
            by_folder.setdefault(path.rpartition("/")[0], []).append(path)
        self.folders = list(by_folder.values())
        self._waiting = iter(self.folders)

    async def work(self) -> None:
        """Write folder after folder; files of one folder come one after the other."""
        for paths in self._waiting:
            for path in paths:
                if self.is_stopped:
                    self._leave(path, "interrupted before it was written")
                    continue
                steps = [self._steps[number] for number in self._numbers[path]]
                file = self._files[path]
                try:
                    change = await asyncio.to_thread(
                        _write_file, self._worktree, self._scan, file, steps, self._dry_run
                    )
                except TagwakeError as error:
                    self._leave(path, f"not written: {error}")
                    continue
                self._finish(path, change)

    def written(self) -> Written:
        return Written(
            self._steps,
            [self._changes[path] for path in self._numbers if path in self._changes],
            self.is_stopped,
        )

    def _finish(self, path: str, change: FileChange) -> None:
        self._changes[path] = change
        if not self._dry_run:
            for number in self._numbers[path]:
                self._steps[number] = Step(self._steps[number].done())
        self._done += 1
        if self._progress is not None:
            self._progress("files", self._done, len(self._numbers))

    def _leave(self, path: str, why: str) -> None:
        for number in self._numbers[path]:
            self._steps[number] = self._steps[number].undone(why)


def _write_file(
    worktree: Worktree, scan: Scan, file: FileScan, steps: Sequence[Step], dry_run: bool
) -> FileChange:
    snapshot = worktree.read(file.path)
    _check_unchanged(scan, file, snapshot, [step.outcome.reference for step in steps])
    edits = _edits(snapshot.data, file.encoding, steps)
    new = apply(snapshot.data, edits)
    if not is_only_edited(snapshot.data, new, edits):
        raise EditConflict("more than the digests would change")
    if not dry_run:
        worktree.replace(snapshot, new, lambda data: is_only_edited(snapshot.data, data, edits))
    return FileChange(file.path, snapshot.data, new)


def _edits(data: bytes, encoding: str, steps: Sequence[Step]) -> list[Edit]:
    """One edit a place: a digest that several references share is written once.

    :raises EditConflict: where two references want different things at one place.
    """
    edits = {
        digest_edit(data, step.outcome.reference, step.write, encoding)
        for step in steps
        if step.write is not None
    }
    if len({edit.span for edit in edits}) < len(edits):
        raise EditConflict("two references want different digests at one place")
    return sorted(edits)


def _check_unchanged(
    scan: Scan, file: FileScan, snapshot: Snapshot, references: Iterable[PlacedReference]
) -> None:
    """Read the file again: what is about to be written belongs to the very references that were looked up."""
    if scan.reader is None:
        return
    fresh = scan.reader(file.path, snapshot.data)
    found = {reference.span: reference for reference in fresh.references}
    for reference in references:
        if fresh.encoding != file.encoding or found.get(reference.span) != reference:
            raise EditConflict("the file changed since it was scanned: run again")
