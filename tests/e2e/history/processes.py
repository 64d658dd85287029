"""Processes of the service, as an operator starts them, and as nobody wants them to end."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MAIN = "import sys; from tagwake.entry.main import main; sys.exit(main())"
PATIENCE = 300.0
"""Seconds until something that does not happen counts as never happening."""


@dataclass
class Member:
    """One process of a service, which can be started, killed, frozen and started again."""

    folder: Path
    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    program: Sequence[str] = ("-c", MAIN)
    child: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    @property
    def log(self) -> Path:
        """What it says, over all its lives."""
        return self.folder / f"{self.name}.log"

    async def start(self) -> None:
        """Start it; it is ready when this returns."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("TAGWAKE_")}
        begin = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as output:
            self.child = subprocess.Popen(
                [sys.executable, *self.program, *self.arguments],
                cwd=self.folder,
                env={**kept, "HOME": str(self.folder), **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=output,
            )
        await until(lambda: self._is_ready(begin), f"{self.name} is ready")

    def kill(self) -> None:
        """End it at once, whatever it is at."""
        assert self.child is not None
        self.child.kill()
        self.child.wait()

    def freeze(self) -> None:
        """Stop it where it is."""
        assert self.child is not None
        self.child.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Let it go on."""
        assert self.child is not None
        self.child.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it as an operator does."""
        if self.child is not None and self.child.poll() is None:
            self.wake()
            self.child.terminate()
            self.child.wait(timeout=60)

    def _is_ready(self, begin: int) -> bool:
        said = self.log.read_bytes()[begin:]
        assert self.child is not None
        assert self.child.poll() is None, said.decode()[-4000:]
        return b'"serving"' in said or b'"working"' in said


@contextlib.contextmanager
def ended(members: Sequence[Member]) -> Iterator[None]:
    """End them all when the block ends."""
    try:
        yield
    finally:
        for member in members:
            member.stop()


async def until(happened: Callable[[], object], what: str) -> None:
    """Wait for it; it fails only if it does not happen at all."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, f"never: {what}"
        await asyncio.sleep(0.02)


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
