"""A real git repository whose commits have the times that a test gives them."""

import os
import subprocess
from pathlib import Path

NOBODY = {
    f"GIT_{who}_{key}": value
    for who in ("AUTHOR", "COMMITTER")
    for key, value in {"NAME": "t", "EMAIL": "t@example.com"}.items()
} | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


class Repository:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")
        self.clock = 1_767_225_600  # 2026-01-01

    def git(self, *arguments, **environment):
        return subprocess.run(
            ["git", "-C", self.folder, *arguments],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | NOBODY | environment,
        ).stdout.strip()

    def files(self, files):
        for path, text in files.items():
            file = self.folder / path
            if text is None:
                file.unlink()
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, files=None, *, after=60):
        """Commit these files, a minute after the commit before; gives its name."""
        self.files(files or {})
        self.clock += after
        when = f"{self.clock} +0000"
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x", GIT_COMMITTER_DATE=when, GIT_AUTHOR_DATE=when)
        return self.git("rev-parse", "HEAD")

    def merge(self, branch):
        self.clock += 60
        when = f"{self.clock} +0000"
        self.git("merge", "-q", "--no-ff", "-m", "m", branch, GIT_COMMITTER_DATE=when, GIT_AUTHOR_DATE=when)
        return self.git("rev-parse", "HEAD")
