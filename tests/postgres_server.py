"""A private PostgreSQL: a cluster of its own in a folder of its own, reached through a socket there, and gone afterwards.

`with postgres() as server:`, or the fixtures `postgres_server`, which is one for each process that runs tests, and
`postgres_url`, which is an empty database for each test.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest
from tests import parts

USER = "postgres"
PATIENCE = "120"  # seconds until a server that does not start or stop counts as broken
IN_A_HURRY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""For tests: what a crash of the machine would lose is not theirs."""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A server that answers."""

    folder: Path
    programs: Path
    _names: Iterator[int] = field(default_factory=count, repr=False)

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgresql://{USER}@/{database}?host={self.folder}"

    def new_database(self, like: str | None = None) -> str:
        """The address of a new database: an empty one, or one like that at another address, which nobody uses now."""
        name = f"test_{os.getpid()}_{next(self._names)}"
        template = "" if like is None else f' TEMPLATE "{_name_in(like)}"'
        self._say(f'CREATE DATABASE "{name}"{template}')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is connected to it."""
        self._say(f'DROP DATABASE "{_name_in(url)}" WITH (FORCE)')

    def restart(self, mode: str = "fast") -> None:
        """Stop it, whoever is connected, and start it again; `mode` may be `immediate`, which is a crash."""
        self._control("restart", "-m", mode)

    def stop(self, mode: str = "fast") -> None:
        """Stop it, whoever is connected."""
        self._control("stop", "-m", mode)

    def start(self) -> None:
        """Start it again."""
        self._control("start")

    def _control(self, *arguments: str) -> None:
        log = self.folder / "log"
        _run(
            self.programs / "pg_ctl",
            *("-D", self.folder / "data", "-l", log, "-w", "-t", PATIENCE, "-s"),
            *arguments,
            said=log,
        )

    def _say(self, statement: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextlib.contextmanager
def postgres(settings: Mapping[str, str] | None = None) -> Iterator[PostgresServer]:
    """A new cluster, as PostgreSQL sets it up but for these settings; it listens on no port."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="tagwake-pg-", dir="/tmp"))  # a socket's path is short
    try:
        if (owner := _owner()) is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        _run(
            programs / "initdb",
            *("-D", folder / "data", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"),
        )
        chosen = {"listen_addresses": "", "unix_socket_directories": str(folder), **(settings or {})}
        with (folder / "data" / "postgresql.conf").open("a") as configuration:
            configuration.writelines(f"{name} = '{value}'\n" for name, value in chosen.items())
        server = PostgresServer(folder, programs)
        with _gone_with_us(server):
            server.start()
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _gone_with_us(server: PostgresServer) -> Iterator[None]:
    """Stop the server when the block ends, or this process does, however it does: the other end of a pipe sees it."""
    script = 'cat; "$@" -D "$DATA" -m immediate -s stop 2>&-; rm -rf "$FOLDER"'
    watch = subprocess.Popen(
        ["sh", "-c", script, "sh", *_as_owner(), server.programs / "pg_ctl"],
        cwd="/",
        env={**os.environ, "DATA": str(server.folder / "data"), "FOLDER": str(server.folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        watch.communicate(timeout=float(PATIENCE))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server for all tests of this process."""
    with postgres(IN_A_HURRY) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of an empty database."""
    url = postgres_server.new_database()
    yield url
    postgres_server.drop(url)


def _name_in(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


def _programs() -> Path:
    """The folder of PostgreSQL's programs: Debian keeps the server's off PATH."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not folders:
        parts.missing("PostgreSQL's server is not installed: tests of the store run against it")
    return max(folders, key=lambda folder: float(folder.parent.name))


def _owner() -> pwd.struct_passwd | None:
    """Who runs it: PostgreSQL refuses to run as root; `None` for who runs the tests."""
    if os.geteuid() != 0:
        return None
    for name in (USER, "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    return parts.missing("there is no account but root, and PostgreSQL refuses to run as that")


def _as_owner() -> list[str]:
    """What a command is preceded by that the owner runs."""
    owner = _owner()
    return [] if owner is None else ["runuser", "-u", owner.pw_name, "--"]


def _run(program: Path, *arguments: str | Path, said: Path | None = None) -> None:
    command = [*_as_owner(), program, *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd="/",
        env={**environment, "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        log = said.read_text(errors="replace")[-4000:] if said is not None and said.exists() else ""
        raise RuntimeError(f"{program.name} ended with {done.returncode}:\n{done.stderr}{log}")
