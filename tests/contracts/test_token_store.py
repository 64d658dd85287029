"""The contract of the port TokenStore, over the twin and over both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contracts import databases
from tests.postgres_server import PostgresServer

from tagwake.adapters.stores.token_store import DatabaseTokenStore
from tagwake.testing.contracts.token_store import TokenStoreContract
from tagwake.testing.twins.token_store import TokenStoreTwin


class TestTwin(TokenStoreContract):
    @pytest.fixture
    def store(self) -> TokenStoreTwin:
        return TokenStoreTwin()


class TestSqlite(TokenStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[DatabaseTokenStore]:
        with databases.sqlite(tmp_path) as engine:
            yield DatabaseTokenStore(engine)


class TestPostgres(TokenStoreContract):
    @pytest.fixture
    def store(self, postgres_server: PostgresServer) -> Iterator[DatabaseTokenStore]:
        with databases.postgres(postgres_server) as engine:
            yield DatabaseTokenStore(engine)
