"""A tree of files on this machine: listed by git where there is a git work tree, read, and rewritten atomically."""

from tagwake.adapters.worktree.cache_home import cache_folder
from tagwake.adapters.worktree.folder_worktree import DEFAULT_MAX_BYTES, FolderWorktree, open_worktree

__all__ = ["DEFAULT_MAX_BYTES", "FolderWorktree", "cache_folder", "open_worktree"]
