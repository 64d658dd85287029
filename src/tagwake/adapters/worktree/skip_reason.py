"""Why a file was skipped, in words that say what to do about it."""

import os
from bisect import bisect_left

from tagwake.adapters.worktree.listing import Listing, skipped_by_sparse_checkout
from tagwake.adapters.worktree.tree import MISSING, SYMLINK


class SkipReasons:
    """Adds to a reason what only the whole listing tells."""

    def __init__(self, folder: str, listing: Listing) -> None:
        self._folder = folder
        self._listing = listing
        self._sparse: frozenset[str] | None = None
        self._real_root: str | None = None

    def explain(self, path: str, reason: str) -> str:
        """The reason, with a symlink's target, or why a listed file is not there."""
        if reason == SYMLINK:
            return self._symlink(path)
        if reason == MISSING:
            return self._missing(path)
        return reason

    def _symlink(self, path: str) -> str:
        if self._real_root is None:
            self._real_root = os.path.realpath(self._folder)
        link = os.path.join(self._folder, path)
        target = os.path.realpath(link)
        try:
            if not os.path.lexists(target) or os.path.islink(target):
                return f"symlink to {os.readlink(link)}, which is not there"
        except OSError:  # it was swapped while we looked
            return SYMLINK
        relative = os.path.relpath(target, self._real_root)
        if relative == ".." or relative.startswith("../"):
            return "symlink out of the tree"
        return f"symlink to {relative}, {'scanned there' if self._is_listed(relative) else 'which is not scanned'}"

    def _is_listed(self, path: str) -> bool:
        paths = self._listing.paths
        if path == ".":
            return True
        at = bisect_left(paths, path)
        if at < len(paths) and paths[at] == path:
            return True
        at = bisect_left(paths, f"{path}/")
        return at < len(paths) and paths[at].startswith(f"{path}/")

    def _missing(self, path: str) -> str:
        if not self._listing.in_git:
            return "gone since it was listed"
        if self._sparse is None:
            self._sparse = skipped_by_sparse_checkout(self._folder)
        if path in self._sparse:
            return "left out of the work tree by git (sparse checkout)"
        return "tracked by git and not on disk"
