"""The file where settings live, for the verbs that change them."""

from typing import Protocol


class SettingsFile(Protocol):
    """``tagwake.toml`` or ``pyproject.toml``; it may not be there yet."""

    @property
    def name(self) -> str:
        """As messages show it."""
        ...

    @property
    def table(self) -> tuple[str, ...]:
        """Where in the file the settings stand: empty for the whole file, ``("tool", "tagwake")`` in ``pyproject.toml``."""
        ...

    def read(self) -> bytes | None:
        """Its bytes, or ``None`` where it is not there.

        :raises UsageRefused: when it cannot be read.
        """
        ...

    def write(self, old: bytes | None, new: bytes) -> None:
        """Put ``new`` in its place, atomically, where it still is ``old`` (``None``: where it is still not there).

        :raises WriteFailed: when it changed meanwhile or cannot be written; the old file stands.
        """
        ...
