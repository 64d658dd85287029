"""Which settings hold for a tree of files: the nearest file that has some, and what it extends."""

import os
from dataclasses import dataclass, replace

import tagwake
from tagwake.core.errors import InvalidSettings
from tagwake.core.settings import Settings
from tagwake.formats.settings import SettingsLayer, merge, read_layer
from tagwake.formats.toml_section import MAX_BYTES

FILE = "tagwake.toml"
PYPROJECT = "pyproject.toml"
PYPROJECT_TABLE = ("tool", "tagwake")
MAX_EXTENDED = 8
"""How deep files may extend one another, and how many one may name."""


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """Where settings live, or would: ``tagwake.toml`` or the table of ``pyproject.toml``."""

    path: str
    table: tuple[str, ...] = ()


def load_settings(folder: str, current: str) -> Settings:
    """The settings that hold for the files below ``folder``; defaults where no file has any.

    :param folder: the root of the scan, absolute.
    :param current: the working directory, absolute: messages show paths relative to it.
    :raises InvalidSettings: naming file, line and column.
    """
    found = find_settings(folder, current)
    if found is None:
        return Settings()
    layers = _Layers(current).read(found)
    settings_folder = os.path.dirname(found.path)
    base = os.path.relpath(folder, settings_folder).replace(os.sep, "/")
    shown = _shown(found.path, current)
    return merge(layers, base="" if base == "." else f"{base}/", source=shown)


def find_settings(folder: str, current: str) -> SettingsFile | None:
    """The nearest ``tagwake.toml`` from ``folder`` up to the root of its code base, else the nearest ``pyproject.toml`` with settings.

    The root of the code base is the folder with ``.git``; where there is none, the working directory if ``folder`` is
    below it, else ``folder`` itself: a file that a stranger left in ``/tmp`` settles nothing.
    """
    folders = _upward(folder, current)
    for candidate in folders:
        path = os.path.join(candidate, FILE)
        if os.path.isfile(path):
            return SettingsFile(path)
    for candidate in folders:
        path = os.path.join(candidate, PYPROJECT)
        if os.path.isfile(path) and _has_table(path, current):
            return SettingsFile(path, PYPROJECT_TABLE)
    return None


def home_of_settings(folder: str, current: str) -> SettingsFile:
    """The file that has the settings, or the ``tagwake.toml`` at the root of the code base where a first one belongs."""
    found = find_settings(folder, current)
    return found or SettingsFile(os.path.join(_upward(folder, current)[-1], FILE))


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
    data = _read(path, _shown(path, current))
    if b"tagwake" not in data:
        return False
    return read_layer(data, _shown(path, current), tagwake.__version__, table=PYPROJECT_TABLE) is not None


class _Layers:
    """The files that one extends, and those extend, nearest first."""

    def __init__(self, current: str) -> None:
        self._current = current

    def read(self, file: SettingsFile) -> list[SettingsLayer]:
        return self._read(file, None, ())

    def _read(self, file: SettingsFile, place: str | None, chain: tuple[str, ...]) -> list[SettingsLayer]:
        path = os.path.realpath(file.path)
        if path in chain:
            raise InvalidSettings(f"{place}: {_shown(path, self._current)} extends itself")
        if len(chain) > MAX_EXTENDED:
            raise InvalidSettings(f"{place}: settings extend one another more than {MAX_EXTENDED} deep")
        shown = _shown(file.path, self._current)
        layer = read_layer(_read(file.path, shown, place), shown, tagwake.__version__, table=file.table)
        if layer is None:
            return []
        if len(layer.extends) > MAX_EXTENDED:
            raise InvalidSettings(
                f"{layer.extends[MAX_EXTENDED][1]}: extends names {MAX_EXTENDED} files at most"
            )
        folder = os.path.dirname(file.path)
        layers = [_with_absolute_ca(layer, folder)]
        for extended, where in layer.extends:
            target = os.path.normpath(os.path.join(folder, extended))
            table = PYPROJECT_TABLE if os.path.basename(target) == PYPROJECT else ()
            layers += self._read(SettingsFile(target, table), where, (*chain, path))
        return layers


def _with_absolute_ca(layer: SettingsLayer, folder: str) -> SettingsLayer:
    """A certificate's path counts from the folder of the file that names it."""
    return replace(
        layer,
        registries=tuple(
            rule if rule.ca is None else replace(rule, ca=os.path.join(folder, os.path.expanduser(rule.ca)))
            for rule in layer.registries
        ),
    )


def _read(path: str, shown: str, place: str | None = None) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidSettings(f"{place or shown}: cannot read {shown}: {error.strerror}") from None


def _shown(path: str, current: str) -> str:
    relative = os.path.relpath(path, current).replace(os.sep, "/")
    return path if relative.startswith("../../") else relative
