"""The contract of the port Worktree, over the twin and over folders: walked, in git, remembered, shared by processes."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tagwake.adapters.worktree import folder_worktree, listing, open_worktree
from tagwake.ports.worktree import Worktree
from tagwake.testing.contracts.worktree import Land, WorktreeContract
from tagwake.testing.twins.worktree import WorktreeTwin


class TwinLand:
    def __init__(self) -> None:
        self.twin = WorktreeTwin()

    def write(self, path: str, data: bytes | None) -> None:
        self.twin.write(path, data)

    def content(self, path: str) -> bytes | None:
        return self.twin.files.get(path)

    def open(self) -> Worktree:
        return self.twin


class FolderLand:
    """A folder; ``opening`` opens a worktree on it."""

    def __init__(self, folder: Path, opening: Callable[[str], Worktree]) -> None:
        self.folder = folder
        self.opening = opening

    def write(self, path: str, data: bytes | None) -> None:
        file = self.folder / path
        if data is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)

    def content(self, path: str) -> bytes | None:
        file = self.folder / path
        return file.read_bytes() if file.exists() else None

    def open(self) -> Worktree:
        return self.opening(str(self.folder))


class TestTwin(WorktreeContract):
    @pytest.fixture
    def land(self) -> Land:
        return TwinLand()


class TestWalked(WorktreeContract):
    @pytest.fixture
    def land(self, tmp_path: Path) -> Land:
        return FolderLand(tmp_path, lambda folder: open_worktree([folder]))


class TestInGit(WorktreeContract):
    @pytest.fixture
    def land(self, tmp_path: Path) -> Land:
        subprocess.run(["git", "init", "-q", tmp_path], check=True)
        return FolderLand(tmp_path, lambda folder: open_worktree([folder]))


class TestLate(WorktreeContract):
    """Untracked files come when the tracked ones are being read."""

    @pytest.fixture
    def land(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Land:
        monkeypatch.setattr(listing, "LARGE_INDEX", 0)
        monkeypatch.setattr(listing, "_MANY_FILES", 0)
        subprocess.run(["git", "init", "-q", tmp_path], check=True)
        (tmp_path / "A").write_text("tracked")
        subprocess.run(["git", "-C", tmp_path, "add", "A"], check=True)
        (tmp_path / "A").unlink()
        subprocess.run(["git", "-C", tmp_path, "update-index", "--force-remove", "A"], check=True)
        return FolderLand(tmp_path, lambda folder: open_worktree([folder]))


class TestRemembered(WorktreeContract):
    """Every run stores what it read, at once, and the next one asks it first."""

    @pytest.fixture
    def land(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Land:
        monkeypatch.setattr(folder_worktree, "LARGE", 0)
        cache = str(tmp_path / "cache")
        (tmp_path / "tree").mkdir()
        return FolderLand(tmp_path / "tree", lambda folder: open_worktree([folder], cache=cache))


class TestShared(WorktreeContract):
    @pytest.fixture
    def land(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Land:
        monkeypatch.setattr("tagwake.adapters.worktree.parallel._BATCH", 1)
        return FolderLand(tmp_path, lambda folder: open_worktree([folder], processes=3))
