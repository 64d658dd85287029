"""Gitea on a free loopback port: a real forge, and a real registry whose tokens come from a service of its own.

`with gitea(tmp_path) as forge:`, or the fixture `gitea_server`, which is one for the whole run.
"""

import contextlib
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests import parts
from tests.servers import ACCOUNT, PATIENCE, Server, process

SETTINGS = """
APP_NAME = tagwake tests
RUN_MODE = prod
RUN_USER = {user}
WORK_PATH = {home}
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = {port}
ROOT_URL = http://127.0.0.1:{port}/
STATIC_ROOT_PATH = {files}
APP_DATA_PATH = {home}/data
DISABLE_SSH = true
OFFLINE_MODE = true
[database]
DB_TYPE = sqlite3
PATH = {home}/gitea.db
[repository]
ROOT = {home}/repositories
[security]
INSTALL_LOCK = true
[service]
DISABLE_REGISTRATION = true
[session]
PROVIDER = memory
[webhook]
ALLOWED_HOST_LIST = loopback
DELIVER_TIMEOUT = 5
[log]
MODE = console
LEVEL = Info
ROOT_PATH = {home}/log
[cron.update_checker]
ENABLED = false
"""


@dataclass(frozen=True, slots=True)
class GiteaServer(Server):
    """Gitea, answering; `token` is an access token of `username`, who is its administrator, for everything."""

    token: str = field(default="", repr=False)


@contextlib.contextmanager
def gitea(folder: Path) -> Iterator[GiteaServer]:
    """Gitea with an empty SQLite database, the administrator ACCOUNT and an access token."""
    program, files = parts.gitea(), parts.gitea_files()
    home = folder / "gitea"
    home.mkdir(parents=True)
    port = _free_port()
    settings = home / "app.ini"
    settings.write_text(SETTINGS.format(user=_user(), home=home, port=port, files=files))
    environment = {
        "HOME": str(home),
        "USER": _user(),
        "GITEA_WORK_DIR": str(home),
        "GITEA_I_AM_BEING_UNSAFE_RUNNING_AS_ROOT": "true",
    }

    def ask(*arguments: str) -> str:
        done = subprocess.run(
            [program, "--config", settings, *arguments],
            cwd=home,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.fail(f"gitea {arguments[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    name, password = ACCOUNT
    ask("migrate")
    account = ["--username", name, "--password", password, "--email", f"{name}@tests.example"]
    ask("admin", "user", "create", *account, "--admin", "--must-change-password=false")
    token = ask(
        "admin", "user", "generate-access-token", "--username", name, "--scopes", "all", "--raw"
    ).split()[-1]
    command: list[str | Path] = [program, "--config", settings, "web"]
    with process(command, home, r"Starting new Web server: tcp:127\.0\.0\.1:\d+", environment):
        server = GiteaServer(f"127.0.0.1:{port}", None, name, password, token)
        _wait_until_healthy(f"{server.url}/api/healthz")
        yield server


def _user() -> str:
    done = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_healthy(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.URLError as error:
            if time.monotonic() > deadline:
                pytest.fail(f"{url} was not healthy after {PATIENCE} s: {error}")
        time.sleep(0.05)


@pytest.fixture(scope="session")
def gitea_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GiteaServer]:
    """Gitea; one for the whole run, so that each test uses names of its own."""
    with gitea(tmp_path_factory.mktemp("gitea")) as server:
        yield server
