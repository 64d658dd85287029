"""A run that is killed at any moment leaves every file either old or new, and nothing that a scan takes for a file."""

import random
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e.tool import COMMAND, environment, git, tagwake

from tagwake.testing.registry import EmbeddedRegistry

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

BATCHES = 5
KILLS = 40  # a batch: 200 in all
IN_THE_MIDST = 20  # a batch, at least, between the first write and the last: 100 in all
FILES = 60
PATIENCE = 60.0  # seconds for a run that never writes, which would be a fault


@dataclass(frozen=True)
class Target:
    """A code base whose every file is behind, and what each file is before and after an update."""

    folder: Path
    old: dict[str, bytes]
    new: dict[str, bytes]

    def reset(self) -> None:
        for name, data in self.old.items():
            (self.folder / name).write_bytes(data)

    def updated(self) -> int:
        """How many files are new; every other one is old."""
        count = 0
        for name, old in self.old.items():
            found = (self.folder / name).read_bytes()
            assert found in (old, self.new[name]), f"{name} is half-written"
            count += found == self.new[name]
        return count


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Target]:
    with EmbeddedRegistry().in_thread() as registry:
        before = [registry.store.push_image(f"acme/app{n}", "1", seed="old") for n in range(3)]
        after = [registry.store.push_image(f"acme/app{n}", "1", seed="new") for n in range(3)]

        def text(number: int, digests: list[str]) -> bytes:
            lines = [f"docker run {registry.host}/acme/app{n}:1@{digest}" for n, digest in enumerate(digests)]
            return "\n".join([f"# {number}", *lines, "# " + "x" * 20_000]).encode()

        folder = tmp_path / "code"
        names = [f"{'abcd'[number % 4]}/run{number}.sh" for number in range(FILES)]
        made = Target(
            folder,
            {name: text(number, before) for number, name in enumerate(names)},
            {name: text(number, after) for number, name in enumerate(names)},
        )
        for part in "abcd":
            (folder / part).mkdir(parents=True)
        made.reset()
        git(folder, "init", "-q")
        yield made


def kill_after(target: Target, writes: int | None, delay: float) -> bool:
    """Run an update and kill it once so many files are new, or after a delay; whether it was killed in time."""
    identities = {name: (target.folder / name).stat().st_ino for name in target.old}
    process = subprocess.Popen(
        [*COMMAND, "update"],
        cwd=target.folder,
        env=environment(target.folder.parent),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + (PATIENCE if writes is not None else delay)
        while process.poll() is None and time.monotonic() < deadline:
            if writes is not None:
                new = sum((target.folder / name).stat().st_ino != was for name, was in identities.items())
                if new >= writes:
                    break
            time.sleep(0.0005)
    finally:
        process.kill()
    return process.wait() == -signal.SIGKILL


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_file_is_old_or_new_whenever_the_run_is_killed(target: Target, batch: int) -> None:
    chance = random.Random(batch)
    started = time.monotonic()
    assert tagwake(target.folder, "update").status == 0
    whole = time.monotonic() - started
    assert target.updated() == FILES
    runs = kills = in_the_midst = 0
    while kills < KILLS or in_the_midst < IN_THE_MIDST:
        assert runs < 10 * KILLS, "the kills do not meet the writing"
        target.reset()
        writes = None if runs % 4 == 0 else chance.randint(1, FILES // 2)  # one in four at any moment
        runs += 1
        is_killed = kill_after(target, writes, chance.uniform(0, whole))
        new = target.updated()
        kills += is_killed
        in_the_midst += is_killed and 0 < new < FILES
    scan = tagwake(target.folder, "scan", "--format", "json").json()
    assert {reference["path"] for reference in scan["references"]} == set(target.old)
    assert tagwake(target.folder, "update").status == 0
    assert target.updated() == FILES
    left = {str(path.relative_to(target.folder)) for path in target.folder.glob("?/*")}
    assert left == set(target.old), "the next run clears up what a killed one left"
