"""Writes what a revision of the schema made, with some rows, into tests/data/schemas: once a release, for later ones.

`python -m tests.adapters.stores.dump_schema REVISION`
"""

import contextlib
import sqlite3
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.postgres_server import PostgresServer, postgres

from tagwake.adapters.stores.engine import open_engine
from tagwake.adapters.stores.history import DatabaseHistory
from tagwake.adapters.stores.schema import upgrade
from tagwake.core.digest import Digest
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting

RELEASED = Path(__file__).parents[2] / "data" / "schemas"
START = datetime(2026, 1, 1, tzinfo=UTC)
STREAM = Stream("registry.example", "team/app", "1")
SEEN = [
    Sighting(STREAM, START + timedelta(minutes=minutes), digest, how)
    for minutes, digest, how in (
        (0, Digest("sha256", "a" * 64), "import:csv"),
        (3, Digest("sha256", "a" * 64), "poll"),
        (5, Digest("sha512", "b" * 128), "hook:zot"),
        (9, None, "poll"),
        (12, Digest("sha256", "a" * 64), "poll"),
    )
]


def write(revision: str) -> None:
    """Both files of a revision."""
    RELEASED.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tagwake.db"
        fill(f"sqlite:///{path}", revision)
        with contextlib.closing(sqlite3.connect(path)) as connection:
            text = "\n".join(connection.iterdump())
    (RELEASED / f"{revision}.sqlite.sql").write_text(f"{text}\n")
    with postgres() as server:
        url = server.new_database()
        fill(url, revision)
        (RELEASED / f"{revision}.postgresql.sql").write_text(dumped(server, url))


def fill(url: str, revision: str) -> None:
    """Make the tables, and let one tag have a history and events."""
    engine = open_engine(url)
    upgrade(engine, revision)
    for sighting in SEEN:
        DatabaseHistory(engine).record(sighting, now=START)
    engine.dispose()


def dumped(server: PostgresServer, url: str) -> str:
    """A database as SQL, without remarks and settings."""
    command = [str(server.programs / "pg_dump"), "--no-owner", "--no-privileges", "--inserts", "-d", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    left_out = ("--", "\\", "SET ", "SELECT pg_catalog.set_config")
    return "".join(f"{line}\n" for line in said.splitlines() if line and not line.startswith(left_out))


if __name__ == "__main__":
    write(sys.argv[1])
