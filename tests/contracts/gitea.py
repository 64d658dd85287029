"""Gitea, as a registry with a token service of its own."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests import parts
from tests.servers import PATIENCE, Server, process

USER, PASSWORD = "tester", "correct-horse-9"
SETTINGS = """\
RUN_MODE = prod
WORK_PATH = {home}
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = {port}
ROOT_URL = http://127.0.0.1:{port}/
STATIC_ROOT_PATH = {files}
OFFLINE_MODE = true
DISABLE_SSH = true
LFS_START_SERVER = false
[database]
DB_TYPE = sqlite3
PATH = {home}/gitea.db
[security]
INSTALL_LOCK = true
PASSWORD_HASH_ALGO = pbkdf2_v2
[log]
MODE = console
LEVEL = info
[packages]
ENABLED = true
[indexer]
ISSUE_INDEXER_TYPE = db
"""


@contextlib.contextmanager
def gitea(folder: Path) -> Iterator[Server]:
    """Gitea with one user, USER, whose packages everybody may pull."""
    program, home = parts.gitea(), folder / "gitea"
    home.mkdir(parents=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = home / "app.ini"
    settings.write_text(SETTINGS.format(home=home, port=port, files=parts.gitea_files()))
    environment = {"GITEA_I_AM_BEING_UNSAFE_RUNNING_AS_ROOT": "true", "HOME": str(home)}
    run([program, "migrate", "-c", settings], environment)
    create: list[str | Path] = [
        program,
        "admin",
        "user",
        "create",
        "-c",
        settings,
        "--username",
        USER,
        "--password",
        PASSWORD,
    ]
    run([*create, "--email", "tester@gitea.invalid", "--must-change-password=false"], environment)
    with process([program, "web", "-c", settings], home / "web", r"Listen: http://", environment):
        wait_for(port)
        yield Server(f"127.0.0.1:{port}", None, USER, PASSWORD)


def wait_for(port: int) -> None:
    """It says that it listens a moment before it does."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, f"Gitea does not listen on {port}"
            time.sleep(0.02)
        else:
            return


def run(command: list[str | Path], environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
