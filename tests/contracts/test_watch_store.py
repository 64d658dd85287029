"""The contract of the port WatchStore, over the twin and over both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contracts import databases
from tests.contracts.offices import DatabaseOffice, TwinOffice
from tests.postgres_server import PostgresServer

from tagwake.testing.contracts.watch_store import WatchStoreContract


class TestTwin(WatchStoreContract):
    @pytest.fixture
    def office(self) -> TwinOffice:
        return TwinOffice()


class TestSqlite(WatchStoreContract):
    @pytest.fixture
    def office(self, tmp_path: Path) -> Iterator[DatabaseOffice]:
        with databases.sqlite(tmp_path) as engine:
            yield DatabaseOffice(engine)


class TestPostgres(WatchStoreContract):
    @pytest.fixture
    def office(self, postgres_server: PostgresServer) -> Iterator[DatabaseOffice]:
        with databases.postgres(postgres_server) as engine:
            yield DatabaseOffice(engine)
