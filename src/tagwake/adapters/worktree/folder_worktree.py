"""The worktree port over a folder of this machine."""

import os
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import chain

from tagwake.adapters.worktree.batch import BatchResult, Job
from tagwake.adapters.worktree.listing import Listing, list_files
from tagwake.adapters.worktree.parallel import LARGE, scan_batches
from tagwake.adapters.worktree.places import Places, find_places
from tagwake.adapters.worktree.remembered import Gathered, Remembered
from tagwake.adapters.worktree.replacing import TEMPORARY_PREFIX, is_temporary, replace_file
from tagwake.adapters.worktree.skip_reason import SkipReasons
from tagwake.adapters.worktree.tree import Tree, Unread, identity_of
from tagwake.core.errors import UsageRefused
from tagwake.core.pin import FileScan
from tagwake.ports.progress import Progress
from tagwake.ports.worktree import FileReader, Snapshot, Stretch

DEFAULT_MAX_BYTES = 32 * 1024 * 1024
"""Bytes of the largest file that is read unless settings say otherwise."""

SETTLING = 2_500_000_000
"""Nanoseconds for which a file that was just changed is not trusted: FAT counts its times in steps of two seconds."""

LEFTOVER = "left by an interrupted run of tagwake, which the next write into its folder removes"


def open_worktree(
    paths: Sequence[str],
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    patterns_root: str | None = None,
    max_bytes: int = DEFAULT_MAX_BYTES,
    cache: str | None = None,
    processes: int | None = None,
) -> "FolderWorktree":
    """The files of these PATHs.

    :param paths: as typed; none means the folder we are in.
    :param include: globs (:mod:`tagwake.core.path_glob`); where there are any, only files that they select belong.
    :param exclude: globs of files that do not belong, also when they are named one by one.
    :param patterns_root: the folder that the globs are relative to; the root of the scan unless said.
    :param max_bytes: larger files are skipped, and listed.
    :param cache: the folder that keeps scans between runs (:func:`cache_folder`); ``None`` keeps none.
    :param processes: how many may read at once; ``None`` chooses.
    :raises UsageRefused: for a PATH that does not exist.
    :raises InvalidGlob: for a glob that cannot be read.
    """
    places = find_places(paths)
    prefix = ""
    if patterns_root is not None:
        relative = os.path.relpath(places.folder, os.path.abspath(patterns_root))
        prefix = "" if relative == "." else f"{relative}/"
    return FolderWorktree(
        places,
        is_included=_selection(include, prefix) if include else None,
        is_excluded=_selection(exclude, prefix) if exclude else None,
        max_bytes=max_bytes,
        cache=cache,
        processes=processes,
    )


def _selection(patterns: Sequence[str], prefix: str) -> Callable[[str, bool], bool]:
    """Whether a file is selected, or all that lies below a folder: with a negated pattern that cannot be said."""
    from tagwake.core.path_glob import selector  # most code bases have no patterns

    is_selected = selector(patterns)
    takes_back = any(pattern.startswith("!") for pattern in patterns)
    return lambda path, is_folder: (
        not (is_folder and takes_back) and is_selected(f"{prefix}{path}", is_folder)
    )


class FolderWorktree:
    """A tree of files below a folder; see :class:`tagwake.ports.worktree.Worktree`."""

    def __init__(
        self,
        places: Places,
        *,
        is_included: Callable[[str, bool], bool] | None,
        is_excluded: Callable[[str, bool], bool] | None,
        max_bytes: int,
        cache: str | None,
        processes: int | None,
    ) -> None:
        self._places = places
        self._is_included = is_included
        self._is_excluded = is_excluded
        self._max_bytes = max_bytes
        self._cache = cache
        self._processes = processes

    @property
    def root(self) -> str:
        """The root as the user typed it."""
        return self._places.typed

    def map(
        self, reader: FileReader, *, fresh: bool = False, progress: Progress | None = None
    ) -> Iterator[Stretch]:
        """Every file once, read, or skipped with a reason; the scans of all stretches are in the order of paths.

        :param fresh: read every byte, and use nothing remembered from an earlier run.
        :param progress: is told of ``reading``.
        :raises UsageRefused: where the files cannot be listed.
        """
        settled = time.time_ns() - SETTLING

        def prepare() -> None:
            from tagwake.adapters.worktree import scan_cache, scan_record  # noqa: F401

            reader.prepare()

        listing = self._kept(list_files(self._places, self._is_excluded or _nothing, prepare))
        try:
            self._tree().close()
            yield from self._scan(listing, reader, settled, fresh, progress)
        finally:
            if listing.late is not None:
                listing.late.close()

    def _scan(
        self, listing: Listing, reader: FileReader, settled: int, fresh: bool, progress: Progress | None
    ) -> Iterator[Stretch]:
        cache = None
        paths = listing.paths
        if self._cache is not None and len(paths) >= LARGE:
            from tagwake.adapters.worktree.scan_cache import ScanCache, code_fingerprint

            reading = f"{code_fingerprint()} {reader.version} {self._max_bytes}"
            cache = ScanCache(self._cache, self._places.folder, reading)
        remembered = Remembered() if cache is None or fresh else cache.load(paths)
        job = self._job(listing, reader, settled, remembered.identities)
        gathered = Gathered(remembered)
        batches = scan_batches(job, processes=self._processes)
        with closing(batches):
            early: list[tuple[int, int, BatchResult]] = []
            if listing.late is not None:  # git still looks for them: the time is used
                for batch in batches:
                    early.append(batch)
                    if listing.late.is_over():
                        break
            late = Listing([]) if listing.late is None else self._kept(listing.late.listing())
            whole = _joined(listing, late)
            if late.paths and len(late.paths) >= LARGE:  # too many to be read apart, and not to be remembered
                batches.close()
                yield from self._scan(whole, reader, settled, fresh, progress)
                return
            skips = SkipReasons(self._places.folder, whole)
            step = _steps(progress, len(whole.paths))

            others = self._read_late(late, reader, skips)
            for start, stop, result in chain(early, batches):
                if cache is not None:
                    gathered.add(start, stop, result)
                scans = _scans(job, range(start, stop), result, remembered, skips)
                if others:
                    scans = sorted([*scans, *_taken(others, paths[stop - 1])], key=_path_of)
                yield Stretch(stop - start, scans)
                step(stop - start)
            yield Stretch(len(late.paths), others)
            step(len(late.paths))
        if cache is not None and gathered.differs:
            cache.store(paths, gathered)

    def _read_late(self, listing: Listing, reader: FileReader, skips: SkipReasons) -> list[FileScan]:
        job = self._job(listing, reader, 0, b"")
        return [
            scan
            for start, stop, result in scan_batches(job, processes=1)
            for scan in _scans(job, range(start, stop), result, Remembered(), skips)
        ]

    def _job(self, listing: Listing, reader: FileReader, settled: int, known: bytes) -> Job:
        return Job(
            self._places.folder,
            listing.paths,
            listing.reasons,
            reader,
            limit=self._max_bytes,
            settled=settled,
            known=known,
        )

    def read(self, path: str) -> Snapshot:
        """The file now.

        :raises UsageRefused: when it cannot be read.
        """
        with self._tree() as tree:
            found = tree.read(path, self._max_bytes)
        if isinstance(found, Unread):
            raise UsageRefused(f"{path}: {found.reason}")
        return Snapshot(path, found[0], identity_of(found[1]))

    def replace(self, snapshot: Snapshot, data: bytes, is_sound: Callable[[bytes], bool]) -> None:
        """Put ``data`` in the file's place; see :func:`tagwake.adapters.worktree.replacing.replace_file`."""
        with self._tree() as tree:
            replace_file(tree, snapshot, data, is_sound)

    def _tree(self) -> Tree:
        try:
            return Tree(self._places.folder)
        except OSError as error:
            raise UsageRefused(f"{self.root}: {(error.strerror or 'cannot be opened').lower()}") from error

    def _kept(self, listing: Listing) -> Listing:
        """Without what is excluded or not included."""
        paths = listing.paths
        if self._is_excluded is not None:
            is_excluded = self._is_excluded
            paths = [path for path in paths if not is_excluded(path, False)]
        if self._is_included is not None:
            is_included = self._is_included
            paths = [path for path in paths if is_included(path, False)]
        leftovers = {path: LEFTOVER for path in paths if TEMPORARY_PREFIX in path and is_temporary(path)}
        return Listing(paths, listing.reasons | leftovers, in_git=listing.in_git, late=listing.late)


def _joined(listing: Listing, late: Listing) -> Listing:
    if not late.paths:
        return Listing(listing.paths, listing.reasons, in_git=listing.in_git)
    paths = sorted({*listing.paths, *late.paths})
    return Listing(paths, listing.reasons | late.reasons, in_git=listing.in_git)


def _steps(progress: Progress | None, total: int) -> Callable[[int], None]:
    """Tells how far the reading is, by how many files are newly done."""
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress("reading", done, total)

    return step


def _path_of(scan: FileScan) -> str:
    return scan.path


def _taken(scans: list[FileScan], last: str) -> list[FileScan]:
    """Take the scans up to this path out of the list."""
    count = bisect_right(scans, last, key=_path_of)
    taken = scans[:count]
    del scans[:count]
    return taken


def _scans(
    job: Job, indices: range, result: BatchResult, remembered: Remembered, skips: SkipReasons
) -> list[FileScan]:
    """The scans of a batch that say something, in order."""
    paths = job.paths
    records = result.records
    if remembered.records:
        old = remembered.records
        reused = result.reused if result.identities else indices
        records = {index: old[index] for index in reused if index in old} | dict(records)
    scans = []
    for index in sorted([*result.scans, *records]):
        scan = result.scans.get(index)
        if scan is None:
            scan = _restored(paths[index], records[index])
        if scan.skipped is not None:
            scan = FileScan(scan.path, skipped=skips.explain(scan.path, scan.skipped), encoding=scan.encoding)
        scans.append(scan)
    return scans


def _restored(path: str, record: bytes) -> FileScan:
    from tagwake.adapters.worktree.scan_record import from_record

    return from_record(path, record)


def _nothing(path: str, is_folder: bool) -> bool:  # noqa: ARG001 (the shape of a selector)
    return False
