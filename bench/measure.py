"""Measures whole processes: wall time, CPU time and peak memory, their children's included; interleaved, as medians."""

import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Command:
    """A command to be measured.

    :param before: called before every run, outside the measurement.
    :param statuses: exit statuses that are fine.
    """

    arguments: Sequence[str | os.PathLike[str]]
    folder: str | os.PathLike[str] | None = None
    environment: Mapping[str, str] | None = None
    before: Callable[[], object] | None = None
    statuses: frozenset[int] = frozenset({0})


@dataclass(frozen=True, slots=True)
class Measured:
    """One run, or the medians of several: seconds, and bytes.

    :param memory: peak of the sum of resident memory over all processes, shared pages counted once where the kernel
        tells (``Pss``); 0 where memory was not watched.
    """

    wall: float
    cpu: float
    memory: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a result: what, our figure and the peer's, their ratio, its limit, and whether it holds."""

    what: str
    ours: str
    peer: str
    ratio: float
    limit: float
    held: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "held", self.ratio <= self.limit)


def measure_once(command: Command, *, watch_memory: bool = False) -> Measured:
    """Run a command to its end.

    :raises SystemExit: where it ends with a status that is not fine, with what it said.
    """
    if command.before is not None:
        command.before()
    with tempfile.TemporaryFile() as complaint:
        started = time.perf_counter()
        process = subprocess.Popen(
            command.arguments,
            cwd=command.folder,
            env=None if command.environment is None else dict(command.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaint,
            start_new_session=True,
        )
        watch = _MemoryWatch(process.pid) if watch_memory else None
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        memory = watch.stop() if watch else 0
        if process.returncode not in command.statuses:
            complaint.seek(0)
            said = complaint.read(4_000).decode("utf-8", "replace")
            raise SystemExit(f"{command.arguments}: exit status {process.returncode}\n{said}")
    return Measured(wall, usage.ru_utime + usage.ru_stime, memory)


def measure(commands: Mapping[str, Command], *, runs: int = 5) -> dict[str, Measured]:
    """The medians of ``runs`` runs of each command, taken in turns, so that a slow spell hits all alike."""
    seen: dict[str, list[Measured]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            seen[name].append(measure_once(command))
    return {
        name: Measured(
            statistics.median(one.wall for one in each), statistics.median(one.cpu for one in each)
        )
        for name, each in seen.items()
    }


def print_rows(title: str, rows: Sequence[Row]) -> bool:
    """Print a Markdown table and one JSON line a row; whether every limit holds."""
    print(
        f"\n## {title}\n\n| what | ours | peer | ratio | limit | held |\n| --- | --- | --- | --- | --- | --- |"
    )
    for row in rows:
        held = "yes" if row.held else "**no**"
        print(f"| {row.what} | {row.ours} | {row.peer} | {row.ratio:.2f} | {row.limit:.2f} | {held} |")
    print()
    for row in rows:
        print(json.dumps(asdict(row)))
    sys.stdout.flush()
    return all(row.held for row in rows)


class _MemoryWatch:
    """Samples ``/proc`` for the memory of a session's processes."""

    def __init__(self, session: int) -> None:
        self._session = session
        self._peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._ended.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._ended.wait(0.01):
            self._peak = max(self._peak, sum(map(_memory, self._processes())))

    def _processes(self) -> list[Path]:
        found = [Path("/proc") / str(self._session)]
        for process in found:
            for task in process.glob("task/*/children"):
                with contextlib.suppress(OSError):
                    found.extend(Path("/proc") / child for child in task.read_text().split())
        return found


def _memory(process: Path) -> int:
    with contextlib.suppress(OSError):
        for line in (process / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
