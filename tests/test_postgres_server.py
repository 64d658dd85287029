"""The private PostgreSQL of the tests."""

import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from tests.postgres_server import PostgresServer
from tests.servers import PATIENCE

ROOT = Path(__file__).parents[1]


def tables(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return [name for (name,) in found]


@pytest.mark.parametrize("_turn", [1, 2])
def test_every_test_has_an_empty_database(postgres_url: str, _turn: int) -> None:
    assert tables(postgres_url) == []
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE here (id int)")
    assert tables(postgres_url) == ["here"]


def test_it_listens_on_no_port(postgres_server: PostgresServer) -> None:
    with psycopg.connect(postgres_server.url()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_it_can_be_restarted(postgres_server: PostgresServer, postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE here (id int)")
    for mode in ("fast", "immediate"):
        postgres_server.restart(mode)
        assert tables(postgres_url) == ["here"]


def test_it_is_gone_when_the_process_that_started_it_is_killed() -> None:
    script = "from tests.postgres_server import postgres\nwith postgres() as s:\n print(s.folder, flush=True)\n input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        folder = Path(child.stdout.readline().strip())
        assert (folder / "data" / "postmaster.pid").exists()
        child.kill()
    deadline = time.monotonic() + PATIENCE
    while folder.exists():
        assert time.monotonic() < deadline, f"{folder} is still there"
        time.sleep(0.05)
