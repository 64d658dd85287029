"""The git history of a code base."""

from tagwake.adapters.git.history import WorktreeHistory
from tagwake.ports.git_history import GitHistory


def open_git_history(folder: str) -> GitHistory:
    """What git knows of the files of this folder; nothing is asked yet."""
    return WorktreeHistory(folder)
