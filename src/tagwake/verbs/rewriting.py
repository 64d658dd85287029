"""Writes planned digests into files: each file whole or not at all, and one file's failure stops no other."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tagwake.core.digest_edit import digest_edit
from tagwake.core.edit import Edit, EditConflict, apply, is_only_edited
from tagwake.core.errors import TagwakeError
from tagwake.core.outcome import Report
from tagwake.core.pin import FileScan, PlacedReference
from tagwake.core.update_plan import Step
from tagwake.ports.progress import Progress
from tagwake.ports.worktree import Snapshot, Worktree
from tagwake.verbs.scan import Scan


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
    """Write every step's digest, file by file, in the order of paths.

    A step that is written has its final outcome; one that is not has the reason. A cancellation is noticed between
    two files, stops the writing there, and does not pass through.
    """
    written = Written(list(steps), [])
    files = {file.path: file for file in scan.files}
    by_path: dict[str, list[int]] = {}
    for number, step in enumerate(steps):
        if step.write is not None:
            by_path.setdefault(step.outcome.path, []).append(number)
    for done, (path, numbers) in enumerate(by_path.items()):
        if not written.is_interrupted:
            try:
                await asyncio.sleep(0)
            except asyncio.CancelledError:
                written.is_interrupted = True
        if written.is_interrupted:
            _leave(written, numbers, "interrupted before it was written")
            continue
        try:
            change = _write_file(worktree, scan, files[path], [steps[number] for number in numbers], dry_run)
        except TagwakeError as error:
            _leave(written, numbers, f"not written: {error}")
            continue
        written.changes.append(change)
        if not dry_run:
            for number in numbers:
                written.steps[number] = Step(steps[number].done())
        if progress is not None:
            progress("files", done + 1, len(by_path))
    return written


def _leave(written: Written, numbers: Iterable[int], why: str) -> None:
    for number in numbers:
        written.steps[number] = written.steps[number].undone(why)


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
    """One edit a place: a digest that several references share is written once."""
    edits = {
        digest_edit(data, step.outcome.reference, step.write, encoding)
        for step in steps
        if step.write is not None
    }
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
