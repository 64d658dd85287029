"""The contract of the ports HistoryStore and Feed, over the twin and over both databases."""

import pytest

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
