"""The settings file that ``hold`` and ``unhold`` change."""

import os

from tagwake.adapters.settings_file import FolderSettingsFile
from tagwake.ports.settings_file import SettingsFile
from tagwake.wiring.settings import find_settings, home_of_settings
from tagwake.wiring.settings_layers import shown_path


def open_settings_home(folder: str = ".") -> SettingsFile:
    """The settings file nearest to ``folder``, or the ``tagwake.toml`` at the root of its code base, not there yet."""
    current = os.getcwd()
    absolute = os.path.abspath(folder)
    place = find_settings(absolute, current) or home_of_settings(absolute, current)
    return FolderSettingsFile(place.path, place.table, shown_path(place.path, current))
