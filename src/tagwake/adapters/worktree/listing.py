"""Which files a scan looks at: what git lists, or all of them where there is no git work tree."""

import os
import stat
from collections.abc import Callable

from tagwake.adapters.git_command import run_git
from tagwake.adapters.worktree.places import Places
from tagwake.core.errors import UsageRefused

_MANY = 200
_OWN_REPOSITORY = "a git repository of its own, not entered"


class Listing:
    """The files of a scan.

    :param paths: relative to the root, each once, in order.
    :param reasons: for those among them that are known not to be read: why.
    :param in_git: whether git listed them.
    """

    __slots__ = ("in_git", "paths", "reasons")

    def __init__(
        self, paths: list[str], reasons: dict[str, str] | None = None, *, in_git: bool = False
    ) -> None:
        self.paths = paths
        self.reasons = reasons or {}
        self.in_git = in_git


def list_files(places: Places, is_excluded: Callable[[str, bool], bool]) -> Listing:
    """Tracked and untracked-not-ignored files in a git work tree; else every file but those that are excluded.

    Files that were named one by one are always listed. A folder that git ignores as a whole is walked: somebody
    asked for it.

    :raises UsageRefused: where there is a git repository that git does not read, or no git to read it.
    """
    listing = _list_by_git(places) if _has_repository(places.folder) else None
    if listing is None:
        listing = _walk(places, is_excluded)
    paths = listing.paths
    if places.files:
        paths = sorted({*paths, *places.files})
    return Listing(paths, listing.reasons, in_git=listing.in_git)


def _has_repository(folder: str) -> bool:
    """Whether this folder or one above it has a ``.git``: asking git itself is dear for a small tree."""
    while True:
        if os.path.lexists(os.path.join(folder, ".git")):
            return True
        parent = os.path.dirname(folder)
        if parent == folder:
            return False
        folder = parent


def _list_by_git(places: Places) -> Listing | None:
    if not places.folders:
        return Listing([])
    whole = "" in places.folders or len(places.folders) > _MANY
    scope = [] if whole else ["--", *places.folders]
    try:
        tracked, others = run_git(
            places.folder,
            ["--literal-pathspecs", "ls-files", "-z", *scope],
            ["--literal-pathspecs", "ls-files", "-z", "--others", "--exclude-standard", *scope],
        )
    except FileNotFoundError:
        raise UsageRefused(
            f"{places.typed} is in a git repository and there is no git on PATH to list its files: install git"
        ) from None
    for answer in (tracked, others):
        if answer.status == 0:
            continue
        if "not a git repository" in answer.complaint or "must be run in a work tree" in answer.complaint:
            return None
        advice = f": run {answer.advice}" if answer.advice else ""
        raise UsageRefused(f"{places.typed}: git cannot list its files: {answer.reason}{advice}")
    paths = os.fsdecode(tracked.output + others.output).split("\0")
    paths.pop()
    if not paths and run_git(places.folder, ["check-ignore", "-q", "."])[0].status == 0:
        return None
    reasons: dict[str, str] = {}
    if b"/\0" in others.output:
        reasons = {path[:-1]: _OWN_REPOSITORY for path in paths if path.endswith("/")}
        paths = [path.rstrip("/") for path in paths]
    paths.sort()
    paths = list(dict.fromkeys(paths))
    if whole and "" not in places.folders:
        starts = tuple(f"{folder}/" for folder in places.folders)
        paths = [path for path in paths if path.startswith(starts)]
    return Listing(paths, reasons, in_git=True)


def skipped_by_sparse_checkout(folder: str) -> frozenset[str]:
    """Paths that git keeps out of the work tree on purpose (``skip-worktree``), relative to the folder."""
    (answer,) = run_git(folder, ["ls-files", "-z", "-t"])
    return frozenset(entry[2:] for entry in os.fsdecode(answer.output).split("\0") if entry.startswith("S "))


def _walk(places: Places, is_excluded: Callable[[str, bool], bool]) -> Listing:
    paths: list[str] = []
    reasons: dict[str, str] = {}
    waiting = list(places.folders)
    seen: set[str] = set()
    while waiting:
        folder = waiting.pop()
        if folder in seen:
            continue
        seen.add(folder)
        try:
            with os.scandir(os.path.join(places.folder, folder)) as entries:
                for entry in entries:
                    path = f"{folder}/{entry.name}" if folder else entry.name
                    if entry.name == ".git":
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        if not is_excluded(path, True):
                            waiting.append(path)
                        continue
                    paths.append(path)
                    if not entry.is_file(follow_symlinks=False) and not entry.is_symlink():
                        reasons[path] = what_it_is(entry.stat(follow_symlinks=False).st_mode)
        except OSError as error:
            path = folder or "."
            paths.append(path)
            reasons[path] = f"unreadable folder: {(error.strerror or 'input/output error').lower()}"
    paths.sort()
    return Listing(paths, reasons)


def what_it_is(mode: int) -> str:
    """The reason for skipping what is neither file nor symlink nor folder."""
    for is_kind, word in (
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISBLK, "a block device"),
        (stat.S_ISCHR, "a character device"),
    ):
        if is_kind(mode):
            return f"{word}, not a file"
    return "not a regular file"
