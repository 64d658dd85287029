"""Folding from many sides at once: no order of commits loses anything, and no reader of the feed skips an event."""

import itertools
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from tests.adapters.stores.databases import each_engine, opened

from tagwake.adapters.stores.engine import transaction
from tagwake.adapters.stores.feed import DatabaseFeed
from tagwake.adapters.stores.fold import fold_all
from tagwake.adapters.stores.history import DatabaseHistory
from tagwake.adapters.stores.schema import upgrade
from tagwake.core.digest import Digest
from tagwake.core.event import Event, EventType
from tagwake.core.event_chain import first_broken
from tagwake.core.history import moves_of
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STREAMS = [Stream("registry.example", f"team/app-{n % 3}", str(n)) for n in range(9)]
DIGESTS = [Digest.of(bytes([n])) for n in range(12)]
WRITERS = 6


def sightings(seed: int, many: int) -> list[Sighting]:
    drawn = random.Random(seed)
    return [
        Sighting(
            drawn.choice(STREAMS),
            NOW + timedelta(seconds=drawn.randrange(200)),
            drawn.choice([*DIGESTS, None]),
            drawn.choice(["poll", "hook:zot"]),
        )
        for _ in range(many)
    ]


def read_along(feed: DatabaseFeed, done: threading.Event) -> list[Event]:
    """What a reader sees who goes on from the last cursor, while others write."""
    events: list[Event] = []
    while True:
        is_last = done.is_set()
        found = feed.events(events[-1].cursor if events else 0, 7)
        events += found
        if is_last and not found:
            return events


def write_from_all_sides(
    url: str,
    write: Callable[[DatabaseHistory, list[Sighting]], object],
    drawn: Callable[[int, int], list[Sighting]] = sightings,
) -> None:
    everything = [drawn(seed, 40) for seed in range(WRITERS)]
    done = threading.Event()
    with opened(url, upgrade) as one, opened(url) as other, ThreadPoolExecutor(WRITERS + 1) as pool:
        stores = [DatabaseHistory(one), DatabaseHistory(other)]
        feed = DatabaseFeed(one)
        reading = pool.submit(read_along, feed, done)
        writing = [pool.submit(write, stores[n % 2], mine) for n, mine in enumerate(everything)]
        try:
            for each in writing:
                each.result()
        finally:
            done.set()
        read = reading.result()
        assert [event.cursor for event in read] == list(range(1, feed.newest() + 1))
        assert tuple(read) == feed.events(0, len(read) + 1)
        for stream in {each.stream for mine in everything for each in mine}:
            seen = [each for mine in everything for each in mine if each.stream == stream]
            timeline = stores[0].timeline(stream)
            assert timeline.moves == moves_of(seen)
            told = [event for event in read if event.stream == stream]
            assert first_broken(told) is None
            assert told[-1].digest == timeline.moves[-1].digest
            for before, after in itertools.pairwise(told):
                assert after.type is EventType.CORRECTED or after.previous == before.digest


@each_engine
def test_sightings_one_by_one_from_many_sides(url: str) -> None:
    def write(store: DatabaseHistory, mine: list[Sighting]) -> None:
        for sighting in mine:
            store.record(sighting, now=NOW)

    write_from_all_sides(url, write)


def looks_at_one_tag(seed: int, many: int) -> list[Sighting]:
    return [
        Sighting(
            STREAMS[0], NOW + timedelta(milliseconds=WRITERS * n + seed), DIGESTS[(n + seed) % 3], "poll"
        )
        for n in range(many)
    ]


@each_engine
def test_looks_at_one_tag_from_many_sides(url: str) -> None:
    """Each waits for the other, and sees what that one has written."""

    def write(store: DatabaseHistory, mine: list[Sighting]) -> None:
        for sighting in mine:
            store.record(sighting, now=NOW)

    write_from_all_sides(url, write, looks_at_one_tag)


@each_engine
def test_many_tags_in_one_transaction_from_many_sides(url: str) -> None:
    """Their locks are taken in one order, so that none waits for another for ever."""

    def write(store: DatabaseHistory, mine: list[Sighting]) -> None:
        for start in range(0, len(mine), 8):
            with transaction(store._engine) as connection:
                fold_all(connection, mine[start : start + 8], now=NOW)

    write_from_all_sides(url, write)


@each_engine
def test_imports_and_looks_from_many_sides(url: str) -> None:
    """Tags that two bring at the same time are one."""
    everything = [sightings(seed, 60) for seed in range(WRITERS)]
    imported = [
        [Sighting(each.stream, each.seen_at, each.digest, "import:csv") for each in mine]
        for mine in everything
    ]
    with opened(url, upgrade) as one, opened(url) as other, ThreadPoolExecutor(WRITERS) as pool:
        stores = [DatabaseHistory(one), DatabaseHistory(other)]
        writing = [
            pool.submit(stores[n % 2].import_sightings, mine, now=NOW) for n, mine in enumerate(imported[:3])
        ] + [
            pool.submit(stores[n % 2].record, sighting, now=NOW)
            for n, mine in enumerate(everything[3:])
            for sighting in mine
        ]
        for each in writing:
            each.result()
        seen = [each for mine in [*imported[:3], *everything[3:]] for each in mine]
        for stream in STREAMS:
            mine = [each for each in seen if each.stream == stream]
            assert stores[0].timeline(stream).moves == moves_of(mine)
        assert first_broken(DatabaseFeed(one).events(0, 10_000, STREAMS[0])) is None


@each_engine
def test_what_was_undone_is_not_remembered(url: str) -> None:
    """Numbers that a transaction gave and took back are given anew."""
    first, second = (Sighting(STREAMS[n], NOW, DIGESTS[n], f"hook:{n}") for n in range(2))
    with opened(url, upgrade) as engine:
        store = DatabaseHistory(engine)
        with pytest.raises(ArithmeticError), transaction(engine) as connection:
            fold_all(connection, [first], now=NOW)
            raise ArithmeticError
        assert store.timeline(first.stream).moves == ()
        for each in (second, first):
            store.record(each, now=NOW)
        for each in (first, second):
            (move,) = store.timeline(each.stream).moves
            assert (move.digest, move.how) == (each.digest, each.how)
