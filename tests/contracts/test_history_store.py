"""The contract of the ports HistoryStore and Feed, over the twin and over both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tagwake.adapters.stores.engine import open_engine, transaction
from tagwake.adapters.stores.feed import DatabaseFeed
from tagwake.adapters.stores.gaps import note_gap
from tagwake.adapters.stores.history import DatabaseHistory
from tagwake.adapters.stores.schema import upgrade
from tagwake.core.history import Gap
from tagwake.core.reference import Stream
from tagwake.testing.contracts.history_store import HistoryStoreContract
from tagwake.testing.twins.history_store import HistoryStoreTwin


def must_not_move(stream: Stream) -> bool:
    return stream.tag.startswith("v")


class TwinArchive:
    def __init__(self) -> None:
        self.store = HistoryStoreTwin(immutable=must_not_move)
        self.feed = self.store.feed

    def note_gap(self, stream: Stream, gap: Gap) -> None:
        self.store.gaps.setdefault(stream, []).append(gap)


class TestTwin(HistoryStoreContract):
    @pytest.fixture
    def archive(self) -> TwinArchive:
        return TwinArchive()


def _hurry(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # what a crash of the machine would lose is not the tests'


class DatabaseArchive:
    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        if url.startswith("sqlite"):
            event.listen(self.engine, "connect", _hurry)
        upgrade(self.engine)
        self.store = DatabaseHistory(self.engine, immutable=must_not_move)
        self.feed = DatabaseFeed(self.engine)

    def note_gap(self, stream: Stream, gap: Gap) -> None:
        with transaction(self.engine) as connection:
            note_gap(connection, stream, gap)


class TestSqlite(HistoryStoreContract):
    @pytest.fixture
    def archive(self, tmp_path: Path) -> Iterator[DatabaseArchive]:
        archive = DatabaseArchive(f"sqlite:///{tmp_path}/history.db")
        yield archive
        archive.engine.dispose()


class TestPostgres(HistoryStoreContract):
    @pytest.fixture
    def archive(self, postgres_url: str) -> Iterator[DatabaseArchive]:
        archive = DatabaseArchive(postgres_url)
        yield archive
        archive.engine.dispose()
