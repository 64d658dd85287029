"""Where settings live, or would: ``tagwake.toml``, or a table of ``pyproject.toml``."""

from dataclasses import dataclass

FILE = "tagwake.toml"
PYPROJECT = "pyproject.toml"
PYPROJECT_TABLE = ("tool", "tagwake")


@dataclass(frozen=True, slots=True)
class SettingsPlace:
    """Where settings live, or would: ``tagwake.toml`` or the table of ``pyproject.toml``."""

    path: str
    table: tuple[str, ...] = ()
