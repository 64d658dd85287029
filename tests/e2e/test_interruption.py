"""Ctrl-C, on a real process: it stops cleanly, says what was done, and every file is old or new."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest
from tests.e2e.tool import COMMAND, environment, git

from tagwake.testing.registry import EmbeddedRegistry, Fault, Kind

pytestmark = pytest.mark.e2e

PATIENCE = 60.0


def start(folder: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*COMMAND, "update", "--format", "json"],
        cwd=folder,
        env=environment(folder.parent),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def interrupt(process: "subprocess.Popen[bytes]") -> tuple[int, dict[str, object], str]:
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, json.loads(out) if out else {}, err.decode()


def test_during_look_ups_nothing_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "code"
    folder.mkdir()
    with EmbeddedRegistry(faults=[Fault(Kind.HANG, path="*/acme/slow/*")]).in_thread() as registry:
        old = registry.store.push_image("acme/api", "1", seed="old")
        text = f"{registry.host}/acme/api:1@{old}\n{registry.host}/acme/slow:1@{old}\n"
        (folder / "run.sh").write_text(text)
        git(folder, "init", "-q")
        registry.store.push_image("acme/api", "1", seed="new")
        process = start(folder)
        deadline = time.monotonic() + PATIENCE
        while not _has_answered(registry, old):
            assert time.monotonic() < deadline
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        status, document, err = interrupt(process)
    assert status == 130, err
    assert (folder / "run.sh").read_text() == text
    assert "Traceback" not in err
    references = document["references"]
    assert isinstance(references, list)
    assert [each["outcome"] for each in references] == ["behind", "unresolved"]
    assert references[1]["reason"] == "interrupted before the registry answered"


def _has_answered(registry: EmbeddedRegistry, old: str) -> bool:
    """The old digest was asked for, so that the tag is known; and the other tag is being waited for."""
    return any(old in request.path and "acme/api" in request.path for request in registry.log)


def test_during_writing_every_file_is_old_or_new_and_the_report_says_which(tmp_path: Path) -> None:
    folder = tmp_path / "code"
    folder.mkdir()
    count = 1500
    with EmbeddedRegistry().in_thread() as registry:
        image = f"{registry.host}/acme/api:1"
        old = registry.store.push_image("acme/api", "1", seed="old")
        names = [f"{number:04}.sh" for number in range(count)]
        for name in names:
            (folder / name).write_text(f"{image}@{old}\n")
        git(folder, "init", "-q")
        new = registry.store.push_image("acme/api", "1", seed="new")
        process = start(folder)
        deadline = time.monotonic() + PATIENCE
        while (folder / names[2]).read_text() != f"{image}@{new}\n":
            assert time.monotonic() < deadline
            assert process.poll() is None, process.communicate()
            time.sleep(0.001)
        status, document, err = interrupt(process)
    assert status == 130, err
    assert "Traceback" not in err
    written = [name for name in names if (folder / name).read_text() == f"{image}@{new}\n"]
    left = [name for name in names if (folder / name).read_text() == f"{image}@{old}\n"]
    assert len(written) + len(left) == count
    assert 3 <= len(written) < count
    references = document["references"]
    assert isinstance(references, list)
    assert [each["path"] for each in references if each["outcome"] == "updated"] == written
    assert [each["path"] for each in references if each["outcome"] == "behind"] == left
