"""The settings file on this machine, written whole or not at all."""

import contextlib
import os
import stat
import tempfile

from tagwake.core.errors import UsageRefused, WriteFailed

_NEW_MODE = 0o644


class FolderSettingsFile:
    """A settings file at a path; see :class:`tagwake.ports.settings_file.SettingsFile`. A symlink is followed."""

    def __init__(self, path: str, table: tuple[str, ...], name: str) -> None:
        """A file that need not be there.

        :param name: as messages show it.
        """
        self._path = os.path.realpath(path)
        self._table = table
        self._name = name

    @property
    def name(self) -> str:
        """As messages show it."""
        return self._name

    @property
    def table(self) -> tuple[str, ...]:
        """Where in the file the settings stand."""
        return self._table

    def read(self) -> bytes | None:
        """Its bytes, or ``None`` where it is not there."""
        try:
            with open(self._path, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UsageRefused(f"{self._name}: cannot be read: {error.strerror}") from None

    def write(self, old: bytes | None, new: bytes) -> None:
        """Put ``new`` in its place, atomically, where it still is ``old``."""
        try:
            self._write(old, new)
        except OSError as error:
            raise WriteFailed(f"{self._name}: cannot be written: {error.strerror}") from None

    def _write(self, old: bytes | None, new: bytes) -> None:
        folder = os.path.dirname(self._path)
        mode = _NEW_MODE if old is None else stat.S_IMODE(os.stat(self._path).st_mode)
        descriptor, temporary = tempfile.mkstemp(prefix=".tagwake-", suffix=".tmp", dir=folder)
        try:
            with open(descriptor, "wb") as file:
                file.write(new)
                file.flush()
                os.fchmod(file.fileno(), mode)
                os.fsync(file.fileno())
            if self.read() != old:
                raise WriteFailed(f"{self._name}: changed meanwhile, so nothing was written: run again")
            if old is None:
                os.link(temporary, self._path)  # fails where somebody was faster
            else:
                os.replace(temporary, self._path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
