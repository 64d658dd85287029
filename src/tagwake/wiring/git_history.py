"""The git history of a code base."""

from tagwake.adapters.git.history import WorktreeHistory
from tagwake.core.settings import Settings
from tagwake.ports.git_history import GitHistory
from tagwake.ports.pin_history import PinHistory


def open_git_history(folder: str) -> GitHistory:
    """What git knows of the files of this folder; nothing is asked yet."""
    return WorktreeHistory(folder)


def open_pin_history(folder: str, settings: Settings) -> PinHistory:
    """What the commits of the repository around this folder tell of the tags that it pins; nothing is asked yet."""
    from tagwake.adapters.git.pin_history import RepositoryPins
    from tagwake.formats.code.reader import CodeReader

    return RepositoryPins(folder, CodeReader(), settings.scan.max_file_bytes)
