"""What git's diff says of lines, read without being misled by names, content or configuration."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.adapters.worktree.grove import git, repository, write

from tagwake.adapters.git.history import EVERY_LINE, WorktreeHistory, read_diff
from tagwake.core.errors import UsageRefused


def changed(folder: Path, since: str = "HEAD") -> dict[str, tuple[tuple[int, int], ...]]:
    return {path: tuple(lines) for path, lines in WorktreeHistory(str(folder)).changed_lines(since).items()}


@pytest.mark.parametrize(
    "name",
    [
        "with space",
        "a b/a b",
        "new\nline",
        'quo"te',
        "back\\slash",
        "tab\t",
        "ünï",
        "b/x",
        " b/x",
        "-x",
        os.fsdecode(b"\xe9"),
    ],
)
def test_names_of_every_kind(tmp_path: Path, name: str) -> None:
    repository(tmp_path, {name: "1\n"})
    write(tmp_path, {name: "1\n2\n", f"{name} new": "x"})
    assert changed(tmp_path) == {name: ((2, 2),), f"{name} new": EVERY_LINE}


def test_configuration_does_not_change_what_is_read(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "1\n2\n3\n4\n", "gone": "x\n", ".gitattributes": "a diff=trap\n"})
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "trap")
    for key, value in {
        "diff.external": str(trap),
        "diff.trap.command": str(trap),
        "diff.trap.textconv": str(trap),
        "diff.noprefix": "true",
        "diff.mnemonicPrefix": "true",
        "diff.context": "9",
        "diff.interHunkContext": "9",
        "diff.renames": "copies",
        "color.diff": "always",
        "color.ui": "always",
        "core.quotePath": "false",
        "core.pager": str(trap),
        "core.fsmonitor": str(trap),
        "diff.colorMoved": "zebra",
        "diff.wordRegex": ".",
        "diff.submodule": "log",
        "diff.relative": "false",
        "diff.ignoreSubmodules": "none",
    }.items():
        git(tmp_path, "config", key, value)
    write(tmp_path, {"a": "one\n2\n3\nfour\n"})
    (tmp_path / "gone").rename(tmp_path / "here")
    assert changed(tmp_path) == {"a": ((1, 1), (4, 4)), "gone": (), "here": EVERY_LINE}
    assert not (tmp_path / "sprung").exists()


def test_binary_files_count_whole(tmp_path: Path) -> None:
    """UTF-16 is binary to git, and we read it."""
    repository(tmp_path, {"a": "x\n".encode("utf-16"), "b": "x\n"})
    write(tmp_path, {"a": "y\n".encode("utf-16"), "b": "y\n"})
    assert changed(tmp_path) == {"a": EVERY_LINE, "b": ((1, 1),)}


def test_added_moved_and_changed_modes(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "1\n2\n", "mode": "x\n"})
    git(tmp_path, "mv", "a", "b")
    (tmp_path / "mode").chmod(0o755)
    assert changed(tmp_path) == {"a": (), "b": ((1, 2),), "mode": ()}


def test_a_file_in_conflict_counts_whole(tmp_path: Path) -> None:
    repository(tmp_path, {"d/a": "base\n"})
    for name in ("other", "main"):
        git(tmp_path, "switch", "-q", *(["-c"] if name == "other" else []), name)
        write(tmp_path, {"d/a": f"{name}\n"})
        git(tmp_path, "commit", "-qam", name)
    with pytest.raises(subprocess.CalledProcessError):
        git(tmp_path, "merge", "other")
    assert changed(tmp_path)["d/a"]
    assert changed(tmp_path / "d")["a"]


def test_submodules_are_no_files(tmp_path: Path) -> None:
    repository(tmp_path / "sub", {"x": "x"})
    main = repository(tmp_path / "main", {"a": "a"})
    git(main, "-c", "protocol.file.allow=always", "submodule", "add", "-q", tmp_path / "sub", "sub")
    git(main, "commit", "-qm", "sub")
    write(main, {"sub/x": "y"})
    assert changed(main) == {}


def test_a_tag_a_branch_and_a_short_name_are_revisions(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "1\n"})
    git(tmp_path, "tag", "-a", "v1", "-m", "x")
    write(tmp_path, {"a": "1\n2\n"})
    for since in (
        "v1",
        "main",
        "HEAD",
        "HEAD~0",
        "@",
        "v1^{commit}",
        git(tmp_path, "rev-parse", "--short", "HEAD").strip(),
    ):
        assert changed(tmp_path, since) == {"a": ((2, 2),)}


def test_a_hooks_environment_does_not_steer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(tmp_path / "r", {"a": "1\n"})
    write(tmp_path / "r", {"a": "2\n"})
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    monkeypatch.setenv("GIT_DIFF_OPTS", "-u9")
    assert changed(tmp_path / "r") == {"a": ((1, 1),)}


@pytest.mark.parametrize("since", ["nope", "--help", "HEAD:a", "v1^{tree}", "main..other", "\0", "nul\0"])
def test_what_is_no_revision_is_named(tmp_path: Path, since: str) -> None:
    repository(tmp_path, {"a": "1\n"})
    with pytest.raises(UsageRefused, match="--since"):
        changed(tmp_path, since)


def test_without_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageRefused, match="in no git repository"):
        changed(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageRefused, match="install git"):
        changed(tmp_path)


def test_a_clone_without_the_objects_says_so(tmp_path: Path) -> None:
    repository(tmp_path / "r", {"a": "1\n"})
    git(tmp_path / "r", "commit", "-q", "--allow-empty", "-m", "y")
    first = git(tmp_path / "r", "rev-parse", "HEAD~1").strip()
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{tmp_path}/r", "shallow")
    with pytest.raises(UsageRefused, match=f"git fetch origin {first}"):
        changed(tmp_path / "shallow", first)


_LINES = st.lists(
    st.sampled_from(["a", "b", "+", "-", "++ b/x", "-- a/x", "@@ -1 +1 @@", "\\", ""]), max_size=12
)


@settings(max_examples=40, deadline=None)
@given(old=_LINES, new=_LINES, ends=st.tuples(st.booleans(), st.booleans()))
def test_lines_outside_the_ranges_are_the_old_ones(
    tmp_path_factory: pytest.TempPathFactory, old: list[str], new: list[str], ends: tuple[bool, bool]
) -> None:
    """Without the changed lines what is left of the new text is part of the old one, in order."""
    folder = tmp_path_factory.mktemp("diff")
    texts = ["\n".join(lines) + "\n" * end for lines, end in zip((old, new), ends, strict=True)]
    repository(folder, {"a": texts[0], "z": "z\n"})
    write(folder, {"a": texts[1], "z": "zz\n"})
    found = changed(folder)
    assert found["z"] == ((1, 1),)
    lines = texts[1].splitlines(keepends=True)
    kept = [
        line
        for number, line in enumerate(lines, 1)
        if not any(first <= number <= last for first, last in found.get("a", ()))
    ]
    rest = iter(texts[0].splitlines(keepends=True))
    assert all(line in rest for line in kept)


def test_a_diff_that_ends_early_is_read_as_far_as_it_goes() -> None:
    lines = [b"diff --git a/x b/x\n", b"--- a/x\n", b"+++ b/x\n", b"@@ -1,5 +1,9 @@\n", b"+1\n"]
    assert dict(read_diff(iter(lines))) == {"x": ((1, 9),)}
