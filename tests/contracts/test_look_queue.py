"""The contract of the port LookQueue, over the twin and over both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contracts.offices import DatabaseOffice, TwinOffice

from tagwake.testing.contracts.look_queue import LookQueueContract


class TestTwin(LookQueueContract):
    @pytest.fixture
    def office(self) -> TwinOffice:
        return TwinOffice()


class TestSqlite(LookQueueContract):
    @pytest.fixture
    def office(self, tmp_path: Path) -> Iterator[DatabaseOffice]:
        office = DatabaseOffice(f"sqlite:///{tmp_path}/work.db")
        yield office
        office.engine.dispose()


class TestPostgres(LookQueueContract):
    @pytest.fixture
    def office(self, postgres_url: str) -> Iterator[DatabaseOffice]:
        office = DatabaseOffice(postgres_url)
        yield office
        office.engine.dispose()
