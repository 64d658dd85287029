"""A code base on this machine: its files, what reads them, and the settings that hold for them."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tagwake.adapters.worktree import cache_folder, open_worktree
from tagwake.adapters.worktree.places import find_places
from tagwake.core.settings import Settings
from tagwake.formats.code.reader import CodeReader
from tagwake.ports.worktree import FileReader, Worktree
from tagwake.wiring.settings import find_settings, load_settings


@dataclass(frozen=True, slots=True)
class CodeBase:
    """What the verbs that look at files are given.

    :param folder: the root of the scan, absolute.
    """

    folder: str
    worktree: Worktree
    reader: FileReader
    settings: Settings


def open_code_base(paths: Sequence[str], environment: Mapping[str, str]) -> CodeBase:
    """The files of these PATHs, under the settings that are found above them.

    :param paths: as typed; none means the folder we are in.
    :raises UsageRefused: for a PATH that does not exist.
    :raises InvalidSettings: naming file, line and column.
    """
    current = os.getcwd()
    folder = find_places(paths).folder
    found = find_settings(folder, current)
    settings = load_settings(folder, current, found)
    worktree = open_worktree(
        paths,
        include=settings.scan.include,
        exclude=settings.scan.exclude,
        patterns_root=os.path.dirname(found.path) if found else None,
        max_bytes=settings.scan.max_file_bytes,
        cache=cache_folder(environment),
    )
    return CodeBase(folder, worktree, CodeReader(), settings)
