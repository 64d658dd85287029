"""The private PostgreSQL of the tests."""

import psycopg
import pytest
from tests.postgres_server import PostgresServer


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
