"""Many sightings folded at once."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Engine

from tagwake.adapters.stores.engine import transaction
from tagwake.adapters.stores.events import News, append
from tagwake.adapters.stores.fold import Rule, fold_imported, kept, number_all
from tagwake.adapters.stores.times import DAY, to_milliseconds
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting
from tagwake.ports.history_store import ImportResult


def import_all(
    engine: Engine, sightings: Iterable[Sighting], *, now: datetime, immutable: Rule
) -> ImportResult:
    """See :meth:`tagwake.ports.history_store.HistoryStore.import_sightings`."""
    by_stream: dict[Stream, list[Sighting]] = {}
    for sighting in sightings:
        by_stream.setdefault(sighting.stream, []).append(kept(sighting))
    with transaction(engine) as connection:
        moves, corrected = _import(connection, by_stream, now=now, immutable=immutable)
    return ImportResult(sum(map(len, by_stream.values())), moves, corrected)


def _import(
    connection: Connection, by_stream: dict[Stream, list[Sighting]], *, now: datetime, immutable: Rule
) -> tuple[int, int]:
    numbers = number_all(connection, [sighting for some in by_stream.values() for sighting in some])
    today = to_milliseconds(now) // DAY
    moves = 0
    news = []
    for stream, some in by_stream.items():
        many, tellings = fold_imported(connection, numbers[stream], some, today)
        moves += many
        news += [News(numbers[stream], stream, telling) for telling in tellings]
    return moves, len(append(connection, news, now=now, immutable=immutable))
