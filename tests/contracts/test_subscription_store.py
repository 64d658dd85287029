"""The contract of the port SubscriptionStore, over the twin and over both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contracts import databases
from tests.postgres_server import PostgresServer

from tagwake.adapters.sealing import KeySealer
from tagwake.adapters.stores.subscription_store import DatabaseSubscriptionStore
from tagwake.testing.contracts.subscription_store import SubscriptionStoreContract
from tagwake.testing.twins.subscription_store import SubscriptionStoreTwin


class TestTwin(SubscriptionStoreContract):
    @pytest.fixture
    def store(self) -> SubscriptionStoreTwin:
        return SubscriptionStoreTwin()


class TestSqlite(SubscriptionStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[DatabaseSubscriptionStore]:
        with databases.sqlite(tmp_path) as engine:
            yield DatabaseSubscriptionStore(engine, KeySealer([bytes(32)]))


class TestPostgres(SubscriptionStoreContract):
    @pytest.fixture
    def store(self, postgres_server: PostgresServer) -> Iterator[DatabaseSubscriptionStore]:
        with databases.postgres(postgres_server) as engine:
            yield DatabaseSubscriptionStore(engine, KeySealer([bytes(32)]))
