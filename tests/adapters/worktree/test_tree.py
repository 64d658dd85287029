"""Files are opened through no symlink, and every one that is not read says why."""

import os
import sys
from pathlib import Path

import pytest
from tests.adapters.worktree.grove import as_nobody, git, look, repository, write

from tagwake.adapters.worktree import open_worktree
from tagwake.adapters.worktree.tree import Tree, Unread
from tagwake.core.errors import UsageRefused


def test_symlinks_say_where_they_lead(tmp_path: Path) -> None:
    write(tmp_path, {"outside/x": "x"})
    tree = repository(tmp_path / "tree", {"a": "a", "d/b": "b", ".gitignore": "ignored"})
    write(tree, {"ignored": "i"})
    links = {
        "to-a": "a",
        "d/up": "../a",
        "to-d": "d",
        "to-itself": "to-itself",
        "to-nothing": "absent",
        "to-ignored": "ignored",
        "out": "../outside/x",
        "out-folder": "../outside",
        "far": "/etc/passwd",
        "chain": "to-a",
        "round": "../tree/a",
    }
    for link, target in links.items():
        (tree / link).symlink_to(target)
    git(tree, "add", "-A")
    found = look(tree)
    assert {path: found[path] for path in links} == {
        "to-a": "symlink to a, scanned there",
        "d/up": "symlink to a, scanned there",
        "to-d": "symlink to d, scanned there",
        "to-itself": "symlink to to-itself, which is not there",
        "to-nothing": "symlink to absent, which is not there",
        "to-ignored": "symlink to ignored, which is not scanned",
        "out": "symlink out of the tree",
        "out-folder": "symlink out of the tree",
        "far": "symlink out of the tree",
        "chain": "symlink to a, scanned there",
        "round": "symlink to a, scanned there",
    }


def test_a_tracked_folder_that_became_a_symlink_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"outside/f": "secret"})
    tree = repository(tmp_path / "tree", {"d/f": "f", "d/e/g": "g"})
    (tree / "d/f").unlink()
    (tree / "d/e/g").unlink()
    (tree / "d/e").rmdir()
    (tree / "d").rmdir()
    (tree / "d").symlink_to("../outside")
    found = look(tree)
    assert found["d/f"] == found["d/e/g"] == "behind a symlinked folder, not followed"
    assert "secret" not in found.values()
    with pytest.raises(UsageRefused, match="symlinked folder"):
        open_worktree([str(tree)]).read("d/f")


def test_a_tracked_file_that_became_a_folder(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "a"})
    (tmp_path / "a").unlink()
    write(tmp_path, {"a/b": "b"})
    assert look(tmp_path) == {"a": "a folder stands in its place", "a/b": "b"}


def test_files_over_the_limit_are_listed_with_both_sizes(tmp_path: Path) -> None:
    write(tmp_path, {"large": b"x" * 1235, "fits": b"x\n" + b"y" * 1232})
    assert look(tmp_path, max_bytes=1234) == {
        "fits": "x",
        "large": "too large: 1,235 bytes, the limit is 1,234",
    }


def test_files_that_may_not_be_read_are_listed(tmp_path: Path) -> None:
    write(tmp_path, {"a": "a", "closed": "c"})
    tmp_path.chmod(0o755)
    (tmp_path / "closed").chmod(0)
    with as_nobody(tmp_path):
        assert look(tmp_path) == {"a": "a", "closed": "unreadable: permission denied"}


def test_a_folder_that_may_be_entered_and_not_listed(tmp_path: Path) -> None:
    repository(tmp_path, {"d/a": "a"})
    tmp_path.chmod(0o755)
    (tmp_path / "d").chmod(0o711)
    with as_nobody(tmp_path), Tree(str(tmp_path)) as tree:
        found = tree.read("d/a", 10)
    assert not isinstance(found, Unread)
    assert found[0] == b"a"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
def test_a_file_without_a_size_is_read_to_its_end() -> None:
    """Files of ``/proc`` say that they are empty."""
    with Tree("/proc/self") as tree:
        found = tree.read("status", 1 << 20)
        small = tree.read("status", 10)
    assert not isinstance(found, Unread)
    assert b"VmPeak" in found[0]
    assert isinstance(small, Unread)
    assert small.reason.startswith("too large")


def test_folders_are_opened_once_and_closed(tmp_path: Path) -> None:
    paths = ["a/b/c/1", "a/b/c/2", "a/b/3", "a/d/4", "5", "e/6", "a/b/c/7"]
    write(tmp_path, {path: path for path in paths})
    before = len(os.listdir("/dev/fd"))
    with Tree(str(tmp_path)) as tree:
        for path in [*paths, *reversed(paths)]:
            found = tree.read(path, 100)
            assert not isinstance(found, Unread)
            assert found[0] == path.encode()
        for absent in ("a/x/1", "x/y/z", "a/b/c/1/below", "a/b/c/8"):
            assert isinstance(tree.read(absent, 100), Unread)
        assert not isinstance(tree.read("a/b/3", 100), Unread)
    assert len(os.listdir("/dev/fd")) == before


def test_a_root_that_cannot_be_entered(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    worktree = open_worktree([str(tmp_path / "closed")])
    (tmp_path / "closed").rmdir()
    with pytest.raises(UsageRefused, match="no such file"):
        worktree.read("a")
