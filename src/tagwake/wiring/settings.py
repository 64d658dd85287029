"""Which settings hold for a tree of files: the nearest file that has some, and what it extends."""

import os

from tagwake.core.settings import Settings
from tagwake.wiring.settings_place import FILE, PYPROJECT, PYPROJECT_TABLE, SettingsPlace


def load_settings(folder: str, current: str, found: SettingsPlace | None) -> Settings:
    """The settings that hold for the files below ``folder``; defaults where no file has any.

    :param folder: the root of the scan, absolute.
    :param current: the working directory, absolute: messages show paths relative to it.
    :param found: by :func:`find_settings`.
    :raises InvalidSettings: naming file, line and column.
    """
    if found is None:
        return Settings()
    from tagwake.wiring.settings_layers import read_settings  # most code bases have none to read

    base = os.path.relpath(folder, os.path.dirname(found.path)).replace(os.sep, "/")
    return read_settings(found.path, found.table, current, base="" if base == "." else f"{base}/")


def find_settings(folder: str, current: str) -> SettingsPlace | None:
    """The nearest ``tagwake.toml`` from ``folder`` up to the root of its code base, else the nearest ``pyproject.toml`` with settings.

    The root of the code base is the folder with ``.git``; where there is none, the working directory if ``folder`` is
    below it, else ``folder`` itself: a file that a stranger left in ``/tmp`` settles nothing.
    """
    folders = _upward(folder, current)
    for candidate in folders:
        path = os.path.join(candidate, FILE)
        if os.path.isfile(path):
            return SettingsPlace(path)
    for candidate in folders:
        path = os.path.join(candidate, PYPROJECT)
        if os.path.isfile(path) and _has_table(path, current):
            return SettingsPlace(path, PYPROJECT_TABLE)
    return None


def home_of_settings(folder: str, current: str) -> SettingsPlace:
    """The ``tagwake.toml`` at the root of the code base, where first settings belong."""
    return SettingsPlace(os.path.join(_upward(folder, current)[-1], FILE))


def _upward(folder: str, current: str) -> list[str]:
    folders = [folder]
    while not os.path.exists(os.path.join(folders[-1], ".git")):
        parent = os.path.dirname(folders[-1])
        if parent == folders[-1]:
            return _below_current(folder, current)
        folders.append(parent)
    return folders


def _below_current(folder: str, current: str) -> list[str]:
    folders = [folder]
    while folders[-1] != current:
        parent = os.path.dirname(folders[-1])
        if parent == folders[-1]:
            return [folder]
        folders.append(parent)
    return folders


def _has_table(path: str, current: str) -> bool:
    from tagwake.wiring.settings_layers import has_table

    return has_table(path, current, PYPROJECT_TABLE)
