"""The records of a registry in one file, a line for what happened at once; a torn last line never happened."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from tagwake.core.errors import UsageRefused
from tagwake.testing.registry.record import Record

HEADER = b'{"tagwake-registry":1}\n'
"""The first line of the file: what it is, and the version of its form."""


class Journal:
    """The file ``journal`` in the folder ``root``, which one process has at a time.

    :raises UsageRefused: when another process has the folder, or the file is no journal of ours.
    """

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._path = root / "journal"
        self._file = self._path.open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise UsageRefused(
                f"{root} is in use by another registry: stop it, or choose another folder"
            ) from error
        self._encode = msgspec.json.Encoder().encode
        self._decode = msgspec.json.Decoder(list[Record]).decode

    def replay(self) -> Iterator[Record]:
        """Every record, oldest first; what a crash left half written is cut off."""
        self._file.seek(0)
        good = 0
        for number, line in enumerate(self._file, start=1):
            if not line.endswith(b"\n"):
                break
            if number == 1:
                self._check_header(line)
            else:
                yield from self._read(number, line)
            good += len(line)
        self._file.truncate(good)
        if good == 0:
            self._write(HEADER)

    def append(self, records: Sequence[Record]) -> None:
        """Write ``records`` as one line, durably, or not at all."""
        self._write(self._encode(list(records)) + b"\n")

    def close(self) -> None:
        """Let another process have the folder."""
        self._file.close()

    def _write(self, line: bytes) -> None:
        before = self._file.seek(0, os.SEEK_END)
        try:
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError:
            self._file.truncate(before)  # else the next record would be glued to half of this one
            raise

    def _check_header(self, line: bytes) -> None:
        if line != HEADER:
            raise UsageRefused(f"{self._path} is no journal of this version: choose another folder")

    def _read(self, number: int, line: bytes) -> list[Record]:
        try:
            return self._decode(line)
        except msgspec.DecodeError as error:
            raise UsageRefused(f"{self._path}:{number}: the journal is damaged: {error}") from error
