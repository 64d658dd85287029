"""Which files a scan looks at, in git work trees of many kinds and outside of them."""

import os
import socket
import subprocess
from pathlib import Path

import pytest
from tests.adapters.worktree.grove import as_nobody, git, look, repository, write
from tests.children import children

from tagwake.adapters.worktree import folder_worktree, listing, open_worktree
from tagwake.adapters.worktree.places import find_places
from tagwake.core.errors import UsageRefused
from tagwake.core.pin import FileScan
from tagwake.testing.contracts.worktree import FirstLineReader


def test_tracked_and_untracked_but_not_ignored(tmp_path: Path) -> None:
    repository(tmp_path, {".gitignore": "build/\n*.log\n", "a": "a", "d/b": "b", "kept.log": "k"})
    git(tmp_path, "add", "-f", "kept.log")
    write(tmp_path, {"new": "n", "d/new": "n", "build/x": "x", "d/y.log": "y"})
    assert set(look(tmp_path)) == {".gitignore", "a", "d/b", "d/new", "kept.log", "new"}


def test_paths_are_relative_to_the_path_below_the_repository(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "a", "d/e/b": "b", "d/c": "c"})
    write(tmp_path, {"d/new": "n"})
    assert look(tmp_path / "d") == {"c": "c", "e/b": "b", "new": "n"}


def test_without_git_everything_is_walked(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "*", "a": "a", ".hidden/b": "b", "node_modules/c": "c"})
    assert set(look(tmp_path)) == {".gitignore", "a", ".hidden/b", "node_modules/c"}


def test_the_walk_honours_exclude_alone(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "a", "vendor/b.txt": "b", "vendor/ours/c.txt": "c", "d/e.md": "e"})
    assert set(look(tmp_path, exclude=["vendor/", "*.md"])) == {"a.txt"}
    assert set(look(tmp_path, exclude=["vendor/**", "!vendor/ours/**"])) == {
        "a.txt",
        "d/e.md",
        "vendor/ours/c.txt",
    }
    assert set(look(tmp_path, include=["*.txt"], exclude=["vendor"])) == {"a.txt"}


def test_patterns_may_be_relative_to_a_folder_above(tmp_path: Path) -> None:
    repository(tmp_path, {"k8s/vendor/a": "a", "k8s/b": "b", "vendor/c": "c"})
    found = look(tmp_path / "k8s", exclude=["/k8s/vendor/"], patterns_root=str(tmp_path))
    assert set(found) == {"b"}


def test_a_walk_never_enters_dot_git(tmp_path: Path) -> None:
    write(tmp_path, {"a": "a", ".git": "gitdir: nowhere", "d/.git/config": "x", "d/b": "b"})
    assert set(look(tmp_path)) == {"a", "d/b"}


def test_several_paths_share_their_deepest_common_folder(tmp_path: Path) -> None:
    repository(tmp_path, {"x/a/1": "1", "x/b/2": "2", "x/c/3": "3", "y": "y"})
    assert look(tmp_path / "x/a", tmp_path / "x/b") == {"a/1": "1", "b/2": "2"}
    assert look(tmp_path / "x/a", tmp_path / "x/c/3", tmp_path / "x/a/1") == {"a/1": "1", "c/3": "3"}


def test_very_many_paths(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"d{at}/f": "f" for at in range(300)}
    repository(tmp_path, files | {"other/f": "f"})
    assert set(look(*(tmp_path / f"d{at}" for at in range(300)))) == set(files)


def test_a_file_named_by_itself_is_scanned_also_where_git_ignores_it(tmp_path: Path) -> None:
    repository(tmp_path, {".gitignore": "ignored", "a": "a"})
    write(tmp_path, {"ignored": "i"})
    assert look(tmp_path / "ignored") == {"ignored": "i"}
    assert look(tmp_path / "ignored", exclude=["ignored"]) == {}


def test_a_folder_that_git_ignores_as_a_whole_is_walked_when_asked_for(tmp_path: Path) -> None:
    repository(tmp_path, {".gitignore": "build/\n", "a": "a"})
    write(tmp_path, {"build/x": "x"})
    assert set(look(tmp_path)) == {".gitignore", "a"}
    assert look(tmp_path / "build") == {"x": "x"}


def test_a_file_in_conflict_is_listed_once(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "base\n"})
    git(tmp_path, "switch", "-qc", "other")
    write(tmp_path, {"a": "theirs\n"})
    git(tmp_path, "commit", "-qam", "theirs")
    git(tmp_path, "switch", "-q", "main")
    write(tmp_path, {"a": "ours\n"})
    git(tmp_path, "commit", "-qam", "ours")
    with pytest.raises(subprocess.CalledProcessError):
        git(tmp_path, "merge", "other")
    assert git(tmp_path, "ls-files", "-u").count("\ta\n") == 3
    assert list(look(tmp_path)) == ["a"]


def test_tracked_but_gone(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "a", "b/c": "c"})
    (tmp_path / "b/c").unlink()
    (tmp_path / "b").rmdir()
    assert look(tmp_path) == {"a": "a", "b/c": "tracked by git and not on disk"}


def test_sparse_checkout(tmp_path: Path) -> None:
    repository(tmp_path, {"in/a": "a", "out/b": "b", "c": "c"})
    git(tmp_path, "sparse-checkout", "set", "--cone", "--sparse-index", "in")
    reason = "left out of the work tree by git (sparse checkout)"
    assert look(tmp_path) == {"c": "c", "in/a": "a", "out/b": reason}


def test_submodules_are_not_entered(tmp_path: Path) -> None:
    repository(tmp_path / "sub", {"x": "x"})
    main = repository(tmp_path / "main", {"a": "a"})
    git(main, "-c", "protocol.file.allow=always", "submodule", "add", "-q", tmp_path / "sub", "sub")
    git(main, "commit", "-qm", "sub")
    assert look(main)["sub"] == "submodule, not entered"
    git(tmp_path, "clone", "-q", main, tmp_path / "clone")
    assert look(tmp_path / "clone")["sub"] == "submodule, not entered"


def test_a_repository_inside_is_not_entered(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "a"})
    repository(tmp_path / "inner", {"x": "x"})
    assert look(tmp_path) == {"a": "a", "inner": "a git repository of its own, not entered"}


def test_a_linked_work_tree(tmp_path: Path) -> None:
    main = repository(tmp_path / "main", {"a": "a"})
    git(main, "worktree", "add", "-q", tmp_path / "linked")
    assert look(tmp_path / "linked") == {"a": "a"}


def test_a_bare_repository_and_the_inside_of_git_are_walked(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "a"})
    assert "HEAD" in look(tmp_path / ".git")


@pytest.mark.parametrize(
    "name", ["with space", "new\nline", 'quo"te', "tab\t", "-option", ":(glob)*", "ünï", "*"]
)
def test_names_of_every_kind(tmp_path: Path, name: str) -> None:
    repository(tmp_path, {f"{name}/{name}": "x"})
    write(tmp_path, {f"{name}/new {name}": "y"})
    assert look(tmp_path) == {f"{name}/{name}": "x", f"{name}/new {name}": "y"}
    assert look(tmp_path / name, tmp_path / name / name) == {name: "x", f"new {name}": "y"}


def test_names_that_are_no_text(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    repository(tmp_path, {name: "x"})
    write(tmp_path, {f"new {name}": "y"})
    assert look(tmp_path) == {name: "x", f"new {name}": "y"}
    assert look(tmp_path / name) == {name: "x"}


@pytest.mark.parametrize("in_git", [True, False])
def test_pipes_and_sockets_are_not_opened(tmp_path: Path, in_git: bool) -> None:
    if in_git:
        repository(tmp_path, {"pipe": "x", "a": "a"})
        (tmp_path / "pipe").unlink()
    else:
        write(tmp_path, {"a": "a"})
    os.mkfifo(tmp_path / "pipe")
    assert look(tmp_path) == {"a": "a", "pipe": "a named pipe, not a file"}
    assert look(tmp_path / "pipe") == {"pipe": "a named pipe, not a file"}


def test_a_socket_in_a_walk(tmp_path: Path) -> None:
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("s")
    finally:
        os.chdir(here)
    assert look(tmp_path) == {"s": "a socket, not a file"}


def test_a_hooks_environment_does_not_steer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    main = repository(tmp_path / "main", {"a": "a"})
    other = repository(tmp_path / "other", {"b": "b"})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_PREFIX", "x/")
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "0")
    assert look(main) == {"a": "a"}


def test_a_repository_cannot_make_git_run_programs(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "a"})
    trap = tmp_path / "trap"
    write(tmp_path, {"trap": f"#!/bin/sh\ntouch {tmp_path}/sprung\n"})
    trap.chmod(0o755)
    git(tmp_path, "config", "core.fsmonitor", str(trap))
    git(tmp_path, "config", "core.pager", str(trap))
    git(tmp_path, "config", "alias.ls-files", f"!{trap}")
    assert set(look(tmp_path)) == {"a", "trap"}
    assert not (tmp_path / "sprung").exists()


def test_a_repository_without_git_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(tmp_path / "r", {"a": "a"})
    write(tmp_path, {"plain/a": "a"})
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageRefused, match="install git"):
        look(tmp_path / "r")
    assert look(tmp_path / "plain") == {"a": "a"}


def test_a_repository_of_somebody_else_is_refused_with_gits_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository(tmp_path, {"a": "a"})
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with pytest.raises(UsageRefused, match="dubious ownership") as refused:
        look(tmp_path)
    assert "safe.directory" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_folder_that_cannot_be_read_is_listed(tmp_path: Path) -> None:
    write(tmp_path, {"a": "a", "closed/b": "b"})
    tmp_path.chmod(0o755)
    (tmp_path / "closed").chmod(0)
    try:
        with as_nobody(tmp_path):
            found = look(tmp_path)
    finally:
        (tmp_path / "closed").chmod(0o755)
    assert found == {"a": "a", "closed": "unreadable folder: permission denied"}


@pytest.mark.parametrize("large", [0, 3, 1000])
def test_untracked_files_that_come_late_fall_into_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    """Whether they are few, and read apart, or many, and everything starts anew."""
    repository(tmp_path, {".gitignore": "*.log\n", "b": "b", "d/e": "e", "z": "z"})
    write(tmp_path, {"a": "a", "c": "c", "d/f": "f", "zz": "zz", "d/x.log": "x", ".tagwake-1-0.tmp": "t"})
    repository(tmp_path / "d/own", {"x": "x"})
    (tmp_path / "link").symlink_to("c")
    known = look(tmp_path, exclude=["zz"])
    monkeypatch.setattr(listing, "LARGE_INDEX", 0)
    monkeypatch.setattr(listing, "_MANY_FILES", 0)
    monkeypatch.setattr(folder_worktree, "LARGE", large)
    found = look(tmp_path, exclude=["zz"])
    assert list(found) == sorted(found)
    assert found == known
    assert {"a", "c", "d/f", "d/own", "link"} < set(found)
    assert look(tmp_path / "d", tmp_path / "a") == look(tmp_path, exclude=["/*", "!/d/**", "!/a"])
    assert look(tmp_path, include=["absent"]) == {}


def test_a_scan_that_is_given_up_leaves_no_git_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository(tmp_path, {"a": "a", "b": "b"})
    monkeypatch.setattr(listing, "LARGE_INDEX", 0)
    monkeypatch.setattr(listing, "_MANY_FILES", 0)
    before, others = len(os.listdir("/dev/fd")), children()
    scanning = open_worktree([str(tmp_path)]).map(FirstLineReader())
    assert next(scanning).scans[0].path == "a"
    scanning.close()  # type: ignore[attr-defined]
    with pytest.raises(ZeroDivisionError):
        list(open_worktree([str(tmp_path)]).map(_Failing()))
    assert len(os.listdir("/dev/fd")) == before
    assert children() == others


class _Failing(FirstLineReader):
    def __call__(self, path: str, data: bytes) -> FileScan:
        raise ZeroDivisionError


def test_a_linked_work_tree_knows_how_large_its_repository_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = repository(tmp_path / "main", {"a": "a", "b": "b"})
    git(main, "worktree", "add", "-q", "../linked")
    write(tmp_path / "linked", {"new": "n"})
    monkeypatch.setattr(listing, "LARGE_INDEX", 0)
    monkeypatch.setattr(listing, "_MANY_FILES", 0)
    for folder in (main, tmp_path / "linked"):
        found = listing.list_files(find_places([str(folder)]), lambda *_: False)
        assert found.late is not None
        assert found.paths == ["a", "b"]
        assert found.late.listing().paths == (["new"] if folder != main else [])
    write(tmp_path, {"odd/.git": "gitdir: nowhere\n"})
    assert not listing._is_large(str(tmp_path / "odd/.git"))
