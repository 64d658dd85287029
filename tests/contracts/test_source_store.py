"""The contract of the port SourceStore, over the twin and over both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contracts import databases
from tests.postgres_server import PostgresServer

from tagwake.adapters.sealing import KeySealer
from tagwake.adapters.stores.source_store import DatabaseSourceStore
from tagwake.testing.contracts.source_store import SourceStoreContract
from tagwake.testing.twins.source_store import SourceStoreTwin


class TestTwin(SourceStoreContract):
    @pytest.fixture
    def store(self) -> SourceStoreTwin:
        return SourceStoreTwin()


class TestSqlite(SourceStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[DatabaseSourceStore]:
        with databases.sqlite(tmp_path) as engine:
            yield DatabaseSourceStore(engine, KeySealer([bytes(32)]))


class TestPostgres(SourceStoreContract):
    @pytest.fixture
    def store(self, postgres_server: PostgresServer) -> Iterator[DatabaseSourceStore]:
        with databases.postgres(postgres_server) as engine:
            yield DatabaseSourceStore(engine, KeySealer([bytes(32)]))
