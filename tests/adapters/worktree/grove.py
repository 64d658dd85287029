"""Trees of files for tests: written, put under git, and looked at as the root or as nobody."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tagwake.adapters.worktree import FolderWorktree, open_worktree
from tagwake.testing.contracts.worktree import FirstLineReader, scans_of

NOBODY = 65534
_IDENTITY = {
    f"GIT_{who}_{key}": value
    for who in ("AUTHOR", "COMMITTER")
    for key, value in {"NAME": "t", "EMAIL": "t@example.com"}.items()
}


def git(folder: Path, *arguments: str | Path, **more: Any) -> str:
    """Run git there; what it says."""
    return subprocess.run(
        ["git", "-C", folder, *arguments],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | _IDENTITY,
        **more,
    ).stdout


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    """Write files below a folder."""
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


def repository(folder: Path, files: dict[str, str | bytes], *options: str) -> Path:
    """A repository with these files committed."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main", *options)
    write(folder, files)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")
    return folder


def seen(worktree: FolderWorktree) -> dict[str, str | None]:
    """By path the file's first line, or why it was skipped."""
    return {
        scan.path: scan.references[0].text if scan.references else scan.skipped
        for scan in scans_of(worktree, FirstLineReader())
    }


def look(*paths: str | Path, **options: Any) -> dict[str, str | None]:
    """The same of a worktree opened on these PATHs."""
    return seen(open_worktree([str(path) for path in paths], **options))


@contextmanager
def as_nobody(*folders: Path) -> Iterator[None]:
    """Permissions are checked for everybody but root; so root becomes nobody for a while, who may enter the folders."""
    if os.geteuid() != 0:
        yield
        return
    for folder in _with_parents(folders):
        folder.chmod(folder.stat().st_mode | 0o011)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def _with_parents(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        for above in folder.parents:
            if above.owner() == "root" and above != Path("/"):
                yield above
