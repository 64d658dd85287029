"""A file is replaced whole or not at all, with all that belongs to it."""

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.adapters.worktree.grove import as_nobody, look, write

from tagwake.adapters.worktree import open_worktree, replacing
from tagwake.adapters.worktree.replacing import is_temporary
from tagwake.core.errors import UsageRefused, WriteFailed


def replace(folder: Path, path: str, data: bytes) -> None:
    worktree = open_worktree([str(folder)])
    worktree.replace(worktree.read(path), data, lambda written: written == data)


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664, 0o4755, 0o2755, 0o777])
def test_the_mode_stays(tmp_path: Path, mode: int) -> None:
    write(tmp_path, {"a": "old"})
    (tmp_path / "a").chmod(mode)
    was = os.umask(0o077)
    try:
        replace(tmp_path, "a", b"new")
    finally:
        os.umask(was)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
def test_owner_and_group_stay(tmp_path: Path) -> None:
    write(tmp_path, {"a": "old"})
    os.chown(tmp_path / "a", 1234, 4321)
    replace(tmp_path, "a", b"new")
    status = (tmp_path / "a").stat()
    assert (status.st_uid, status.st_gid) == (1234, 4321)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files of others")
def test_a_file_whose_owner_cannot_be_kept_is_left(tmp_path: Path) -> None:
    write(tmp_path, {"d/a": "old"})
    (tmp_path / "d").chmod(0o777)
    (tmp_path / "d/a").chmod(0o666)
    with as_nobody(tmp_path / "d/a"), pytest.raises(WriteFailed, match=r"^d/a: .*operation not permitted"):
        replace(tmp_path, "d/a", b"new")
    assert (tmp_path / "d/a").read_text() == "old"
    assert os.listdir(tmp_path / "d") == ["a"]


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="Python offers extended attributes on Linux only")
def test_extended_attributes_stay(tmp_path: Path) -> None:
    write(tmp_path, {"a": "old"})
    try:
        os.setxattr(tmp_path / "a", "user.note", b"kept")
    except OSError as error:
        if error.errno != errno.ENOTSUP:
            raise
        pytest.skip("this file system has no extended attributes")
    replace(tmp_path, "a", b"new")
    assert os.getxattr(tmp_path / "a", "user.note") == b"kept"


def test_a_hard_link_parts_from_its_other_names(tmp_path: Path) -> None:
    write(tmp_path, {"a": "old"})
    os.link(tmp_path / "a", tmp_path / "b")
    replace(tmp_path, "a", b"new")
    assert ((tmp_path / "a").read_text(), (tmp_path / "b").read_text()) == ("new", "old")


def test_a_read_only_file_is_left(tmp_path: Path) -> None:
    write(tmp_path, {"a": "old"})
    (tmp_path / "a").chmod(0o444)
    with pytest.raises(WriteFailed, match=r"^a: is read-only.*chmod"):
        replace(tmp_path, "a", b"new")
    assert (tmp_path / "a").read_text() == "old"


def test_a_file_in_a_read_only_folder_is_left(tmp_path: Path) -> None:
    write(tmp_path, {"d/a": "old"})
    (tmp_path / "d/a").chmod(0o666)
    (tmp_path / "d").chmod(0o555)
    try:
        with as_nobody(tmp_path / "d/a"), pytest.raises(WriteFailed, match="permission denied in d"):
            replace(tmp_path, "d/a", b"new")
    finally:
        (tmp_path / "d").chmod(0o755)
    assert (tmp_path / "d/a").read_text() == "old"


def test_a_symlink_is_neither_read_nor_replaced(tmp_path: Path) -> None:
    write(tmp_path, {"tree/a": "old", "outside": "old"})
    worktree = open_worktree([str(tmp_path / "tree")])
    snapshot = worktree.read("a")
    (tmp_path / "tree/a").unlink()
    (tmp_path / "tree/a").symlink_to("../outside")
    with pytest.raises(WriteFailed, match=r"^a: changed"):
        worktree.replace(snapshot, b"new", lambda _: True)
    with pytest.raises(UsageRefused, match="symlink"):
        worktree.read("a")
    assert (tmp_path / "outside").read_text() == "old"
    assert (tmp_path / "tree/a").is_symlink()


def test_a_folder_that_became_a_symlink_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"tree/d/a": "old"})
    worktree = open_worktree([str(tmp_path / "tree")])
    snapshot = worktree.read("d/a")
    (tmp_path / "tree/d").rename(tmp_path / "moved")
    (tmp_path / "tree/d").symlink_to("../moved")
    with pytest.raises(WriteFailed, match=r"^d/a: "):
        worktree.replace(snapshot, b"new", lambda _: True)
    assert (tmp_path / "moved/a").read_text() == "old"


def test_a_touched_file_counts_as_changed(tmp_path: Path) -> None:
    write(tmp_path, {"a": "old"})
    worktree = open_worktree([str(tmp_path)])
    snapshot = worktree.read("a")
    os.utime(tmp_path / "a", (1, 1))
    with pytest.raises(WriteFailed, match="changed since it was read"):
        worktree.replace(snapshot, b"new", lambda _: True)


def test_a_change_while_the_new_file_is_written_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last look comes after the new bytes are on disk."""
    write(tmp_path, {"a": "old"})
    sync = os.fsync

    def meanwhile(descriptor: int) -> None:
        sync(descriptor)
        (tmp_path / "a").write_text("odd")

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(WriteFailed, match="changed since it was read"):
        replace(tmp_path, "a", b"new")
    assert (tmp_path / "a").read_text() == "odd"
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("call", ["fsync", "replace", "fchmod", "write"])
def test_a_failure_of_the_disk_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    write(tmp_path, {"a": "old"})

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(replacing.os, call, full)
    with pytest.raises(WriteFailed, match=r"^a: not written: no space left on device; the old file stands"):
        replace(tmp_path, "a", b"new")
    monkeypatch.undo()
    assert (tmp_path / "a").read_text() == "old"
    assert os.listdir(tmp_path) == ["a"]


def test_leftovers_are_listed_and_the_next_write_removes_them(tmp_path: Path) -> None:
    write(
        tmp_path, {"d/a": "old", "d/.tagwake-1-0123456789abcdef.tmp": "half", "e/.tagwake-1-0123.tmp": "half"}
    )
    reason = "left by an interrupted run of tagwake, which the next write into its folder removes"
    assert look(tmp_path) == {
        "d/.tagwake-1-0123456789abcdef.tmp": reason,
        "d/a": "old",
        "e/.tagwake-1-0123.tmp": reason,
    }
    replace(tmp_path, "d/a", b"new")
    assert os.listdir(tmp_path / "d") == ["a"]
    assert os.listdir(tmp_path / "e") == [".tagwake-1-0123.tmp"]


def test_the_temporary_file_of_a_run_that_lives_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One run writes while another has its temporary file in the same folder."""
    write(tmp_path, {"a": "old", "b": "old"})
    sync = os.fsync
    inside: list[list[str]] = []

    def another(descriptor: int) -> None:
        monkeypatch.setattr(os, "fsync", sync)
        replace(tmp_path, "b", b"new")
        inside.append(sorted(name for name in os.listdir(tmp_path) if is_temporary(name)))

    monkeypatch.setattr(os, "fsync", another)
    replace(tmp_path, "a", b"new")
    assert [len(names) for names in inside] == [1]
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]


@given(old=st.binary(max_size=5000), new=st.binary(max_size=5000))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_arrive(tmp_path: Path, old: bytes, new: bytes) -> None:
    (tmp_path / "a").write_bytes(old)
    replace(tmp_path, "a", new)
    assert (tmp_path / "a").read_bytes() == new


_WRITER = """
import sys
from tagwake.adapters.worktree import open_worktree
worktree = open_worktree([sys.argv[1]])
letters = [b"a", b"b"]
print("ready", flush=True)
while True:
    letters.reverse()
    for number in range(5):
        data = letters[0] * 200_000
        worktree.replace(worktree.read(f"f{number}"), data, lambda written: written == data)
"""


@pytest.mark.slow
def test_killed_at_any_moment_every_file_is_old_or_new(tmp_path: Path) -> None:
    whole = {letter * 200_000 for letter in (b"a", b"b")}
    write(tmp_path, {f"f{number}": b"a" * 200_000 for number in range(5)})
    chance = random.Random(7)
    kept: set[int] = set()
    for _ in range(25):
        with subprocess.Popen([sys.executable, "-c", _WRITER, tmp_path], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0, 0.05))
            writer.send_signal(signal.SIGKILL)
        for number in range(5):
            assert (tmp_path / f"f{number}").read_bytes() in whole
        kept.add(sum(is_temporary(name) for name in os.listdir(tmp_path)))
    assert kept <= {0, 1, 2}
    for number in range(5):
        replace(tmp_path, f"f{number}", b"c")
    assert sorted(os.listdir(tmp_path)) == [f"f{number}" for number in range(5)]
