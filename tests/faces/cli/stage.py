"""A code base and a registry to use the command line on, in this process, as a process, or in a terminal."""

import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass, field
from pathlib import Path

from tagwake.entry.main import main

COMMAND = [sys.executable, "-c", "from tagwake.entry.main import main; raise SystemExit(main())"]
IN_TERMINAL = [
    sys.executable,
    "-c",
    "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n" + COMMAND[-1],
]
"""The terminal becomes the process's own, so that Ctrl-C typed into it is a signal to the process."""

INK = re.compile(r"\x1b\[[0-9;]*[mK]")

DRAWN = re.compile(r"\r[^\r\n]*\x1b\[K")
"""The progress line as it is drawn and taken away: whether it is, is a matter of how busy the machine is."""


def settled(text):
    """What stays on a terminal, without what was drawn meanwhile."""
    return DRAWN.sub("", text)


@dataclass(frozen=True, slots=True)
class Said:
    """What a run ended with, and what it said where."""

    status: int
    out: str
    err: str = ""

    @property
    def document(self):
        """The one JSON document on standard output."""
        return json.loads(self.out)


@dataclass(slots=True)
class Stage:
    folder: Path
    environment: dict[str, str]
    capsys: object
    registry: object = None
    digests: dict[str, str] = field(default_factory=dict)

    def write(self, path, text):
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return target

    def run(self, *arguments):
        """In this process."""
        self.capsys.readouterr()
        status = main(list(arguments))
        said = self.capsys.readouterr()
        return Said(status, said.out, said.err)

    def process(self, *arguments, **options):
        """As a process, without a terminal."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            check=False,
            **options,
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    def terminal(self, *arguments, columns=120, types=None, environment=None):
        """As a process in a terminal; ``types`` maps a text that is waited for to what is then typed."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        process = subprocess.Popen(
            [*IN_TERMINAL, *arguments],
            cwd=self.folder,
            env=self.environment | {"TERM": "xterm-256color"} | (environment or {}),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        waited = dict(types or {})
        said = b""
        while chunk := _read(master):
            said += chunk
            for text in [text for text in waited if text.encode() in said]:
                os.write(master, waited.pop(text).encode())
        os.close(master)
        return Said(process.wait(), said.decode().replace("\r\n", "\n"))


def _read(master):
    assert select.select([master], [], [], 60)[0], "the terminal has been silent for a minute"
    try:
        return os.read(master, 65536)
    except OSError:  # the other end is closed
        return b""
