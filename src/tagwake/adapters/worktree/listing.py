"""Which files a scan looks at: what git lists, or all of them where there is no git work tree."""

import os
import stat
from collections.abc import Callable, Sequence
from itertools import islice
from operator import eq

from tagwake.adapters.git_command import GitAnswer, GitRun, run_git, start_git
from tagwake.adapters.worktree.places import Places
from tagwake.core.errors import UsageRefused

LARGE_INDEX = 200_000
"""Bytes of the index of some two thousand files: from there the untracked ones are looked for while the others are read."""

_MANY_FILES = 1_000
"""Fewer are not worth it, in whatever part of a large repository they are."""

_MANY = 200
_LIST = ("--literal-pathspecs", "ls-files", "-z")
_OWN_REPOSITORY = "a git repository of its own, not entered"


class Listing:
    """The files of a scan.

    :param paths: relative to the root, each once, in order.
    :param reasons: for those among them that are known not to be read: why.
    :param in_git: whether git listed them.
    :param late: the untracked files, which git still looks for where there are very many tracked ones.
    """

    __slots__ = ("in_git", "late", "paths", "reasons")

    def __init__(
        self,
        paths: list[str],
        reasons: dict[str, str] | None = None,
        *,
        in_git: bool = False,
        late: "LateFiles | None" = None,
    ) -> None:
        self.paths = paths
        self.reasons = reasons or {}
        self.in_git = in_git
        self.late = late


class LateFiles:
    """Untracked files that git still looks for: the search takes as long as a quarter of a scan that remembers."""

    def __init__(self, places: Places, run: GitRun, without: frozenset[str]) -> None:
        self._places = places
        self._run = run
        self._without = without

    def is_over(self) -> bool:
        """Whether git has found them all; it is not waited for."""
        return self._run.is_over()

    def listing(self) -> Listing:
        """Wait for them.

        :raises UsageRefused: where git fails.
        """
        answer = self._run.answer()
        if answer.status:
            raise _refused(self._places, answer)
        listing = _listing(self._places, answer.output)
        paths = [path for path in listing.paths if path not in self._without]
        return Listing(paths, listing.reasons, in_git=True)

    def close(self) -> None:
        """Wait for its end, whatever it finds."""
        self._run.close()


def list_files(
    places: Places, is_excluded: Callable[[str, bool], bool], meanwhile: Callable[[], None] | None = None
) -> Listing:
    """Tracked and untracked-not-ignored files in a git work tree; else every file but those that are excluded.

    Files that were named one by one are always listed. A folder that git ignores as a whole is walked: somebody
    asked for it.

    :param meanwhile: is called where git takes its time, as it does with very many files.
    :raises UsageRefused: where there is a git repository that git does not read, or no git to read it.
    """
    repository = _repository(places.folder)
    listing = _list_by_git(places, repository, meanwhile) if repository else None
    if listing is None:
        listing = _walk(places, is_excluded)
    paths = listing.paths
    if places.files:
        paths = sorted({*paths, *places.files})
    return Listing(paths, listing.reasons, in_git=listing.in_git, late=listing.late)


def _repository(folder: str) -> str:
    """The ``.git`` of this folder or of one above it, or nothing: asking git itself is dear for a small tree."""
    while True:
        found = os.path.join(folder, ".git")
        if os.path.lexists(found):
            return found
        parent = os.path.dirname(folder)
        if parent == folder:
            return ""
        folder = parent


def _is_large(repository: str) -> bool:
    """Whether git has long to read before it lists a file."""
    try:
        if os.path.isfile(
            repository
        ):  # of a linked work tree, or a submodule: it says where the repository is
            with open(repository, encoding="utf-8", errors="surrogateescape") as stream:
                told = stream.readline().removeprefix("gitdir:").strip()
            repository = os.path.join(os.path.dirname(repository), told)
        return os.stat(os.path.join(repository, "index")).st_size > LARGE_INDEX
    except (OSError, ValueError):
        return False


def _list_by_git(places: Places, repository: str, meanwhile: Callable[[], None] | None) -> Listing | None:
    if not places.folders:
        return Listing([])
    whole = "" in places.folders or len(places.folders) > _MANY
    scope = [] if whole else ["--", *places.folders]
    others = ["--others", "--exclude-standard"]
    try:
        if _is_large(repository):
            answer, search = _list_many(places, scope, others, meanwhile)
        else:
            (answer,) = run_git(places.folder, [*_LIST, "--cached", *others, *scope])
            search = None
    except FileNotFoundError:
        raise UsageRefused(
            f"{places.typed} is in a git repository and there is no git on PATH to list its files: install git"
        ) from None
    if answer.status:
        if search is not None:
            search.close()
        if "not a git repository" in answer.complaint or "must be run in a work tree" in answer.complaint:
            return None
        raise _refused(places, answer)
    listing = _listing(places, answer.output, is_tracked=search is not None)
    if search is not None:
        listing.late = LateFiles(places, search, frozenset(places.files))
    elif not listing.paths and run_git(places.folder, ["check-ignore", "-q", "."])[0].status == 0:
        return None
    return listing


def _list_many(
    places: Places, scope: Sequence[str], others: Sequence[str], meanwhile: Callable[[], None] | None
) -> tuple[GitAnswer, GitRun | None]:
    """What git says of tracked files, and its search for the others, where it is worth going on without waiting for it."""
    listed = start_git(places.folder, [*_LIST, *scope])
    try:
        if meanwhile is not None:
            listed.widen()
            meanwhile()
        tracked = listed.answer()
    finally:
        listed.close()
    search = start_git(places.folder, [*_LIST, *others, *scope])
    if tracked.status or tracked.output.count(b"\0") >= _MANY_FILES:
        return tracked, search
    rest = search.answer()
    if rest.status:
        return rest, None
    return GitAnswer(0, tracked.output + rest.output, ""), None


def _refused(places: Places, answer: GitAnswer) -> UsageRefused:
    advice = f": run {answer.advice}" if answer.advice else ""
    return UsageRefused(f"{places.typed}: git cannot list its files: {answer.reason}{advice}")


def _listing(places: Places, output: bytes, *, is_tracked: bool = False) -> Listing:
    """What git listed: each path once, in order; of untracked ones, a repository inside ends with a slash."""
    paths = os.fsdecode(output).split("\0")
    paths.pop()
    reasons: dict[str, str] = {}
    if not is_tracked and b"/\0" in output:
        reasons = {path[:-1]: _OWN_REPOSITORY for path in paths if path.endswith("/")}
        paths = [path.rstrip("/") for path in paths]
    paths.sort()
    if any(map(eq, paths, islice(paths, 1, None))):  # a conflict lists a path once for each side
        paths = list(dict.fromkeys(paths))
    if len(places.folders) > _MANY and "" not in places.folders:
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
