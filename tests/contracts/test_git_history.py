"""The contract of the port GitHistory, over the twin and over git, also below the root of its repository."""

import os
import subprocess
from pathlib import Path

import pytest

from tagwake.adapters.git.history import WorktreeHistory
from tagwake.ports.git_history import GitHistory
from tagwake.testing.contracts.git_history import GitHistoryContract, Repository
from tagwake.testing.twins.git_history import GitHistoryTwin


class TwinRepository:
    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.twin = GitHistoryTwin(self.files)

    def write(self, path: str, data: bytes | None) -> None:
        if data is None:
            del self.files[path]
        else:
            self.files[path] = data

    def commit(self) -> str:
        name = f"revision-{len(self.twin.revisions)}"
        self.twin.revisions[name] = dict(self.files)
        return name

    def open(self) -> GitHistory:
        return self.twin


class GitRepository:
    def __init__(self, repository: Path, folder: Path) -> None:
        self.repository = repository
        self.folder = folder
        self.git("init", "-q", str(repository), at=".")

    def git(self, *arguments: str, at: str | None = None) -> str:
        names = {"NAME": "t", "EMAIL": "t@example.com"}
        identity = {
            f"GIT_{who}_{key}": value for who in ("AUTHOR", "COMMITTER") for key, value in names.items()
        }
        return subprocess.run(
            ["git", "-C", at or self.repository, *arguments],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | identity,
        ).stdout.strip()

    def write(self, path: str, data: bytes | None) -> None:
        file = self.folder / path
        if data is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)

    def commit(self) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")
        return self.git("rev-parse", "HEAD")

    def open(self) -> GitHistory:
        return WorktreeHistory(str(self.folder))


class TestTwin(GitHistoryContract):
    @pytest.fixture
    def repository(self) -> Repository:
        return TwinRepository()


class TestGit(GitHistoryContract):
    @pytest.fixture
    def repository(self, tmp_path: Path) -> Repository:
        return GitRepository(tmp_path, tmp_path)


class TestGitBelowItsRoot(GitHistoryContract):
    @pytest.fixture
    def repository(self, tmp_path: Path) -> Repository:
        (tmp_path / "deep/down").mkdir(parents=True)
        return GitRepository(tmp_path, tmp_path / "deep/down")
