"""The contract of the port ListQueue, over the twin and over both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contracts import databases
from tests.contracts.offices import DatabaseOffice, TwinOffice
from tests.postgres_server import PostgresServer

from tagwake.testing.contracts.list_queue import ListQueueContract


class TestTwin(ListQueueContract):
    @pytest.fixture
    def office(self) -> TwinOffice:
        return TwinOffice()


class TestSqlite(ListQueueContract):
    @pytest.fixture
    def office(self, tmp_path: Path) -> Iterator[DatabaseOffice]:
        with databases.sqlite(tmp_path) as engine:
            yield DatabaseOffice(engine)


class TestPostgres(ListQueueContract):
    @pytest.fixture
    def office(self, postgres_server: PostgresServer) -> Iterator[DatabaseOffice]:
        with databases.postgres(postgres_server) as engine:
            yield DatabaseOffice(engine)
