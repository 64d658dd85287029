"""Reads a settings file and the files that it extends, nearest first."""

import os
from dataclasses import replace

import tagwake
from tagwake.core.errors import InvalidSettings
from tagwake.core.settings import Settings
from tagwake.formats.settings import SettingsLayer, merge, read_layer
from tagwake.formats.toml_section import MAX_BYTES, read_document
from tagwake.wiring.settings_place import PYPROJECT, PYPROJECT_TABLE

MAX_DEEP = 8
"""How deep files may extend one another."""

MAX_FILES = 32
"""How many files one may extend, those that these extend included."""


def read_settings(path: str, table: tuple[str, ...], current: str, *, base: str) -> Settings:
    """The settings of this file, merged with what it extends.

    :param table: where in the file they stand; empty for a whole file.
    :param current: the working directory: messages show paths relative to it.
    :param base: see :class:`tagwake.core.settings.Settings`.
    :raises InvalidSettings: naming file, line and column.
    """
    return merge(_Layers(current).read(path, table, None, ()), base=base, source=shown_path(path, current))


def has_table(path: str, current: str, table: tuple[str, ...]) -> bool:
    """Whether the file has this table.

    :raises InvalidSettings: where it cannot be read.
    """
    data = _read(path, shown_path(path, current))
    if table[-1].encode() not in data:
        return False
    return read_document(data, shown_path(path, current), table) is not None


class _Layers:
    """Reads a file and what it extends, the nearest first."""

    def __init__(self, current: str) -> None:
        self._current = current
        self._count = 0

    def read(
        self, path: str, table: tuple[str, ...], place: str | None, chain: tuple[str, ...]
    ) -> list[SettingsLayer]:
        real = os.path.realpath(path)
        shown = shown_path(path, self._current)
        if real in chain:
            raise InvalidSettings(f"{place}: {shown} extends itself")
        if len(chain) > MAX_DEEP:
            raise InvalidSettings(f"{place}: settings extend one another more than {MAX_DEEP} deep")
        self._count += 1
        if self._count > MAX_FILES:
            raise InvalidSettings(f"{place}: more than {MAX_FILES} files are extended")
        layer = read_layer(_read(path, shown, place), shown, tagwake.__version__, table=table)
        if layer is None:
            return []
        folder = os.path.dirname(path)
        layers = [_with_absolute_ca(layer, folder)]
        for extended, where in layer.extends:
            target = os.path.normpath(os.path.join(folder, extended))
            inner = PYPROJECT_TABLE if os.path.basename(target) == PYPROJECT else ()
            layers += self.read(target, inner, where, (*chain, real))
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
    if os.path.exists(path) and not os.path.isfile(path):
        raise InvalidSettings(f"{place or shown}: {shown} is no file")
    try:
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidSettings(f"{place or shown}: cannot read {shown}: {error.strerror}") from None


def shown_path(path: str, current: str) -> str:
    """The path as messages show it: relative to the working directory where it is near."""
    relative = os.path.relpath(path, current).replace(os.sep, "/")
    return path if relative.startswith("../../") else relative
