"""Git runs without a shell, under our environment, several commands at once, and says why it fails."""

import os
from pathlib import Path

import pytest
from tests.adapters.worktree.grove import git, repository, write
from tests.children import children

from tagwake.adapters.git_command import GitAnswer, git_lines, run_git


def test_commands_run_at_once_and_answer_in_order(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "a", "b": "b"})
    write(tmp_path, {"new": "n"})
    tracked, others, failed = run_git(
        str(tmp_path), ["ls-files", "-z"], ["ls-files", "-z", "--others"], ["rev-parse", "--verify", "absent"]
    )
    assert (tracked.status, tracked.output) == (0, b"a\0b\0")
    assert (others.status, others.output) == (0, b"new\0")
    assert (failed.status, failed.output) == (128, b"")
    assert failed.reason == "Needed a single revision"


def test_long_answers_and_long_complaints(tmp_path: Path) -> None:
    """Longer than any pipe, on both at once."""
    repository(tmp_path, {f"{'x' * 200}/{at}": "" for at in range(5000)})
    answer, complaining = run_git(
        str(tmp_path),
        ["ls-files", "-z"],
        ["add", "--dry-run", *(f"absent-{'y' * 100}-{at}" for at in range(1000))],
    )
    assert answer.output.count(b"\0") == 5000
    assert complaining.status == 128


def test_arguments_are_taken_as_they_are(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "a"})
    (answer,) = run_git(
        str(tmp_path), ["rev-parse", "--verify", "--end-of-options", "$(touch sprung); `x` *"]
    )
    assert answer.status == 128
    assert not (tmp_path / "sprung").exists()


def test_the_language_is_fixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("LANGUAGE", "de")
    (answer,) = run_git(str(tmp_path), ["ls-files"])
    assert answer.reason.startswith("not a git repository")


def test_settings_of_the_user_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers say by the environment which repositories are safe."""
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "tagwake.test")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "kept")
    monkeypatch.setenv("GIT_TRACE", "1")
    (answer,) = run_git(str(tmp_path), ["config", "tagwake.test"])
    assert (answer.output, answer.complaint) == (b"kept\n", "")


def test_nothing_stays_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(tmp_path, {"a": "a\n" * 100_000})
    before, others = len(os.listdir("/dev/fd")), children()
    run_git(str(tmp_path), ["ls-files"], ["status"])
    lines = git_lines(str(tmp_path), ["show", "HEAD:a"])
    assert next(lines) == b"a\n"
    lines.close()  # type: ignore[attr-defined]
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError):
        run_git(str(tmp_path), ["ls-files"], ["status"])
    with pytest.raises(FileNotFoundError):
        next(git_lines(str(tmp_path), ["status"]))
    assert len(os.listdir("/dev/fd")) == before
    assert children() == others


def test_lines_come_whole_and_failures_at_their_end(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "1\n2\r\n\n3"})
    assert list(git_lines(str(tmp_path), ["show", "HEAD:a"])) == [b"1\n", b"2\r\n", b"\n", b"3"]
    with pytest.raises(OSError, match="invalid object name"):
        list(git_lines(str(tmp_path), ["show", "absent:a"]))


@pytest.mark.parametrize(
    ("complaint", "reason"),
    [
        ("warning: x\nfatal: it is broken\nhint: y\n", "it is broken"),
        ("error: so it is\n", "so it is"),
        ("something else\n", "something else"),
        ("", "git ended with status 7"),
    ],
)
def test_the_reason_is_one_line(complaint: str, reason: str) -> None:
    assert GitAnswer(7, b"", complaint).reason == reason


def test_the_advice_is_a_command() -> None:
    complaint = "fatal: no\nTo add an exception, call:\n\n\tgit config --global --add safe.directory /x\n"
    assert GitAnswer(128, b"", complaint).advice == "git config --global --add safe.directory /x"
    assert GitAnswer(128, b"", "fatal: no\n").advice == ""


def test_hooks_do_not_run(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "a"})
    hook = tmp_path / ".git/hooks/post-index-change"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    hook.chmod(0o755)
    run_git(str(tmp_path), ["read-tree", "HEAD"])
    assert not (tmp_path / "sprung").exists()
    git(tmp_path, "read-tree", "HEAD")
    assert (tmp_path / "sprung").exists()
