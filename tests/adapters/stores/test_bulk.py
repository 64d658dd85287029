"""Imports that are larger than what is held or committed at a time, on both engines, beside the twin."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from tests.adapters.stores.databases import each_engine, opened

from tagwake.adapters.stores import bulk
from tagwake.adapters.stores.history import DatabaseHistory
from tagwake.adapters.stores.schema import upgrade
from tagwake.core.digest import Digest
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting
from tagwake.ports.history_store import ImportResult
from tagwake.testing.twins.history_store import HistoryStoreTwin

START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=1)
DIGESTS = [*(Digest.of(bytes([n])) for n in range(4)), Digest.of(b"", "sha512"), None]


def drawn(seed: int, many: int, *, plain: bool) -> list[Sighting]:
    """Sightings of some tags; plain ones are all of other moments, and nothing was claimed of them."""
    chance = random.Random(seed)
    return [
        Sighting(
            Stream("registry.example", f"team/{chance.choice('ab')}", chance.choice("123456")),
            START
            + timedelta(
                minutes=number if plain else chance.randrange(9), microseconds=chance.choice([0, 1, 7])
            ),
            chance.choice(DIGESTS),
            "import:csv" if plain else chance.choice(["import:csv", "import:quay", "poll"]),
            None if plain or chance.random() < 0.5 else START + timedelta(minutes=chance.randrange(9)),
            chance.choice(["application/vnd.oci.image.index.v1+json", None]),
            chance.choice([1234, None]),
        )
        for number in range(many)
    ]


@each_engine
@pytest.mark.parametrize("plain", [True, False], ids=["plain", "mixed"])
@pytest.mark.parametrize("seed", range(3))
def test_an_import_in_parts_is_the_import(
    url: str, plain: bool, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "GROUP", 40)
    monkeypatch.setattr(bulk, "PART", 7)
    seen, twin = drawn(seed, 90, plain=plain), HistoryStoreTwin()
    with opened(url, upgrade) as engine:
        store = DatabaseHistory(engine)
        result = store.import_sightings(iter(seen), now=NOW)
        assert (result.sightings, result.moves) == (90, twin.import_sightings(seen, now=NOW).moves)
        for stream in {each.stream for each in seen}:
            assert store.timeline(stream) == twin.timeline(stream)
        for digest in filter(None, DIGESTS):
            assert store.tags_of(digest) == twin.tags_of(digest)
            known = store.known(digest)
            assert known is not None
            assert known.media_type == "application/vnd.oci.image.index.v1+json"
        assert store.import_sightings(seen, now=NOW) == ImportResult(90, 0, 0)


@each_engine
def test_nothing_is_nothing(url: str) -> None:
    with opened(url, upgrade) as engine:
        assert DatabaseHistory(engine).import_sightings([], now=NOW) == ImportResult(0, 0, 0)


@each_engine
def test_a_tag_that_is_watched_but_was_never_seen_is_filled(url: str) -> None:
    stream = Stream("registry.example", "team/app", "1")
    with opened(url, upgrade) as engine:
        store = DatabaseHistory(engine)
        store.record(Sighting(stream, NOW, None, "poll"), now=NOW)
        seen = [
            Sighting(stream, START, DIGESTS[0], "import:csv"),
            Sighting(stream, NOW, DIGESTS[1], "import:csv"),
        ]
        twin = HistoryStoreTwin()
        twin.record(Sighting(stream, NOW, None, "poll"), now=NOW)
        assert store.import_sightings(seen, now=NOW) == twin.import_sightings(seen, now=NOW)
        assert store.timeline(stream) == twin.timeline(stream)


@each_engine
def test_after_a_large_import_the_database_knows_its_tables(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MANY", 50)
    with opened(url, upgrade) as engine:
        DatabaseHistory(engine).import_sightings(drawn(1, 90, plain=True), now=NOW)
        if engine.dialect.name == "postgresql":
            with engine.connect() as connection:
                asked = "SELECT reltuples FROM pg_class WHERE relname = 'moves'"
                assert connection.exec_driver_sql(asked).scalar_one() > 0
        assert DatabaseHistory(engine).recent(1)
