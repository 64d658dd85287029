"""Runs the command as its users do: a process of its own, in a folder, with a home that knows no login."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-c", "import sys; from tagwake.entry.main import main; sys.exit(main())")


@dataclass(frozen=True, slots=True)
class Done:
    """How a run ended, and what it said."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


def environment(home: Path) -> dict[str, str]:
    """Nothing of the developer's own: no logins, no proxies, no git configuration."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "TERM": "dumb",
    }


def tagwake(folder: Path, *arguments: str) -> Done:
    """Run it to its end."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(folder.parent),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode())


def git(folder: Path, *arguments: str) -> str:
    """Run git in the folder; gives what it printed."""
    identity = ["-c", "user.name=A", "-c", "user.email=a@b.example", "-c", "init.defaultBranch=main"]
    return subprocess.run(
        ["git", *identity, *arguments],
        cwd=folder,
        env=environment(folder.parent),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
