"""Where a scan looks: the root as typed, and what of it was asked for."""

import os
from collections.abc import Sequence

from tagwake.core.errors import UsageRefused


class Places:
    """A root folder and the folders and files of it that were asked for.

    :param typed: the root as the user typed it.
    :param folder: the same, absolute.
    :param folders: to be listed, relative to the root; ``""`` is the root itself.
    :param files: named one by one, relative to the root.
    """

    __slots__ = ("files", "folder", "folders", "typed")

    def __init__(self, typed: str, folder: str, folders: tuple[str, ...], files: tuple[str, ...]) -> None:
        self.typed = typed
        self.folder = folder
        self.folders = folders
        self.files = files


def find_places(paths: Sequence[str]) -> Places:
    """The root of these PATHs: ``.`` without one, a file's folder, the deepest common folder of several.

    :raises UsageRefused: for a PATH that does not exist, or of another kind than file or folder.
    """
    folders: list[str] = []
    files: list[str] = []
    for path in paths or ["."]:
        (folders if _is_folder(path) else files).append(path)
    typed = _root([*folders, *(os.path.dirname(file) or "." for file in files)])
    absolute = os.path.abspath(typed)
    return Places(
        typed,
        absolute,
        tuple(dict.fromkeys(_relative(folder, absolute) for folder in folders)),
        tuple(dict.fromkeys(_relative(file, absolute) for file in files)),
    )


def _is_folder(path: str) -> bool:
    try:
        if os.path.isdir(path):
            return True
        os.lstat(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        shown = path if path and path.isprintable() else repr(path)
        raise UsageRefused(
            f"{shown}: {(reason or 'cannot be read').lower()}: name a file or a folder"
        ) from None
    return False


def _root(folders: Sequence[str]) -> str:
    if len(folders) == 1:
        return folders[0]
    common = os.path.commonpath([os.path.abspath(folder) for folder in folders])
    return common if any(os.path.isabs(folder) for folder in folders) else os.path.relpath(common)


def _relative(path: str, root: str) -> str:
    relative = os.path.relpath(os.path.abspath(path), root)
    return "" if relative == "." else relative
