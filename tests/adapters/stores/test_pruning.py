"""What is forgotten, and that nothing comes out otherwise for it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from tests.adapters.stores.databases import each_engine, opened

from tagwake.adapters.stores import pruning
from tagwake.adapters.stores.engine import reading
from tagwake.adapters.stores.history import DatabaseHistory
from tagwake.adapters.stores.schema import upgrade
from tagwake.adapters.stores.tables import sightings
from tagwake.core.digest import Digest
from tagwake.core.history import moves_of
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
A, B = Digest.of(b"a"), Digest.of(b"b")


def seen(hours: float, digest: Digest | None, tag: str = "1", claimed: float | None = None) -> Sighting:
    claimed_at = None if claimed is None else START + timedelta(hours=claimed)
    return Sighting(
        Stream("registry.example", "team/app", tag),
        START + timedelta(hours=hours),
        digest,
        "poll",
        claimed_at,
    )


@each_engine
def test_of_each_tag_the_newest_of_them_stays(url: str, monkeypatch) -> None:
    monkeypatch.setattr(pruning, "_TAGS", pruning._TAGS.limit(2))
    with opened(url, upgrade) as engine:
        store = DatabaseHistory(engine)
        for tag in "12345":
            for hours in (0, 1, 2, 24 * 6):
                store.record(seen(hours, A, tag), now=START + timedelta(hours=hours))
        day_eight = START + timedelta(days=8)
        assert store.prune(now=START + timedelta(days=7)) == 0
        assert store.prune(now=day_eight) == 2 * 5
        assert store.prune(now=day_eight) == 0
        with reading(engine) as connection:
            assert connection.execute(select(func.count()).select_from(sightings)).scalar_one() == 2 * 5


@each_engine
def test_a_late_look_lies_after_the_last_that_was_before(url: str) -> None:
    """It was seen on the seventh day, and what stands on both sides of it on the sixth and the eighth."""
    early = [seen(0, A, claimed=5), seen(1, A), seen(20, A, claimed=4)]
    late = [seen(24 * 9, A, claimed=3), seen(24 * 8, B)]
    with opened(url, upgrade) as engine:
        store = DatabaseHistory(engine)
        for sighting in early:
            store.record(sighting, now=START)
        store.prune(now=START + timedelta(days=9))
        for sighting in late:
            store.record(sighting, now=START + timedelta(days=9))
        assert store.timeline(early[0].stream).moves == moves_of([*early, *late])
