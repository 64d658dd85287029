"""``scan``: every image reference in a tree of files, with its place and form; no network."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tagwake.core.errors import UsageRefused
from tagwake.core.pin import FileScan, PlacedReference
from tagwake.core.settings import Settings
from tagwake.core.skipped_file import SkippedFile
from tagwake.ports.git_history import LineRanges
from tagwake.ports.progress import Progress
from tagwake.ports.worktree import FileReader, Worktree


@dataclass(frozen=True, slots=True)
class Scan:
    """What a tree holds.

    :param root: as the user typed it.
    :param files_scanned: how many files were read.
    :param files_skipped: the ones that were not, each with the reason.
    :param files: the files with references, in the order of paths; ``ignored`` is set where a rule says so.
    :param reader: what read them; a file is read with it again before it is rewritten.
    """

    root: str
    files_scanned: int
    files_skipped: tuple[SkippedFile, ...]
    files: tuple[FileScan, ...]
    reader: FileReader | None = field(default=None, repr=False, compare=False)

    def references(self) -> Iterator[tuple[str, PlacedReference]]:
        """Every reference with its file's path, in the order of paths, then of places."""
        for file in self.files:
            for reference in file.references:
                yield file.path, reference


def scan(
    worktree: Worktree,
    reader: FileReader,
    settings: Settings,
    *,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Scan:
    """Read every file of the tree and say what it holds.

    :param fresh: read every byte, and use nothing remembered from an earlier run.
    :param progress: is told of ``reading``.
    """
    scanned = 0
    skipped: list[SkippedFile] = []
    files: list[FileScan] = []
    for stretch in worktree.map(reader, fresh=fresh, progress=progress):
        scanned += stretch.files
        for file in stretch.scans:
            if file.skipped is not None:
                skipped.append(SkippedFile(file.path, file.skipped))
            elif file.references:
                files.append(_with_ignored(file, settings))
    return Scan(worktree.root, scanned - len(skipped), tuple(skipped), tuple(files), reader)


def only_changed(scanned: Scan, worktree: Worktree, changed: Mapping[str, LineRanges]) -> Scan:
    """The scan without the references that stand on no added or changed line (``--since``).

    A reference counts when any line of it does: of its whole text, or of one of its keys where it is split.

    :param changed: the changed lines by path, relative to the root (:class:`tagwake.ports.git_history.GitHistory`).
    """
    files = []
    for file in scanned.files:
        ranges = changed.get(file.path)
        if not ranges:
            continue
        try:
            lines = _Lines(worktree.read(file.path).data, file.encoding)
        except UsageRefused:  # it went away meanwhile, and its references with it
            continue
        kept = tuple(reference for reference in file.references if lines.touch(reference, ranges))
        if kept:
            files.append(replace(file, references=kept))
    return replace(scanned, files=tuple(files))


def _with_ignored(file: FileScan, settings: Settings) -> FileScan:
    rules = settings.scan.ignore
    if not rules:
        return file
    from tagwake.core.ignore_rules import ignored_by  # most code bases have no rules

    path = settings.base + file.path
    return replace(
        file,
        references=tuple(
            reference
            if reference.ignored is not None or (rule := ignored_by(rules, path, reference)) is None
            else replace(reference, ignored=rule)
            for reference in file.references
        ),
    )


class _Lines:
    """Which line each byte of a file is on."""

    def __init__(self, data: bytes, encoding: str) -> None:
        newline = "\n".encode(encoding)
        width = len(newline)
        self._starts = [0]
        at = data.find(newline)
        while at >= 0:
            if at % width == 0:
                self._starts.append(at + width)
            at = data.find(newline, at + 1)

    def touch(self, reference: PlacedReference, ranges: LineRanges) -> bool:
        spans = list(reference.parts.values()) or [reference.span]
        if reference.digest_span is not None:
            spans.append(reference.digest_span)
        for start, end in spans:
            first, last = self._line(start), self._line(max(start, end - 1))
            if any(first <= until and since <= last for since, until in ranges):
                return True
        return False

    def _line(self, offset: int) -> int:
        low, high = 0, len(self._starts)
        while low < high:
            middle = (low + high) // 2
            if self._starts[middle] <= offset:
                low = middle + 1
            else:
                high = middle
        return low
