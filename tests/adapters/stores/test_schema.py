"""The schema: made from nothing, and from what earlier releases made."""

import contextlib
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData, inspect
from tests.adapters.stores.databases import each_engine, opened
from tests.adapters.stores.dump_schema import RELEASED, SEEN, START, STREAM

from tagwake.adapters.stores import tables, work_tables
from tagwake.adapters.stores.engine import reading
from tagwake.adapters.stores.feed import DatabaseFeed
from tagwake.adapters.stores.history import DatabaseHistory
from tagwake.adapters.stores.migrations import r0001_history, r0002_work
from tagwake.adapters.stores.schema import newest_revisions, revisions_of, upgrade
from tagwake.core.event_chain import first_broken
from tagwake.core.history import moves_of
from tagwake.core.sighting import Sighting

each_revision = pytest.mark.parametrize(
    "revision", sorted({path.name.partition(".")[0] for path in RELEASED.glob("*.sql")})
)


def is_what_the_code_says(engine: Engine) -> bool:
    with reading(engine) as connection:
        found = compare_metadata(MigrationContext.configure(connection), tables.metadata)
        assert found == []
        return revisions_of(connection) == newest_revisions()


@each_engine
def test_from_nothing(url: str) -> None:
    with opened(url) as engine:
        with reading(engine) as connection:
            assert revisions_of(connection) == ()
        upgrade(engine)
        assert is_what_the_code_says(engine)


@each_engine
def test_a_second_time_it_changes_nothing(url: str) -> None:
    with opened(url, upgrade) as engine:
        DatabaseHistory(engine).record(SEEN[1], now=START)
        upgrade(engine)
        assert DatabaseHistory(engine).timeline(STREAM).moves == moves_of(SEEN[1:2])


@each_engine
def test_many_processes_may_do_it_at_once(url: str) -> None:
    with opened(url) as one, opened(url) as other, ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(upgrade, engine) for engine in (one, other, one, other)]:
            done.result()
        assert is_what_the_code_says(one)


def test_revisions_follow_one_another() -> None:
    line = [
        (r0001_history.revision, r0001_history.down_revision),
        (r0002_work.revision, r0002_work.down_revision),
    ]
    assert line == [("0001", None), ("0002", "0001")]
    assert newest_revisions() == ("0002",)


def test_all_tables_are_of_one_schema() -> None:
    assert work_tables.looks.metadata is tables.metadata


@each_revision
@each_engine
def test_from_what_an_earlier_revision_made(url: str, revision: str) -> None:
    load(url, RELEASED / f"{revision}.{url.partition(':')[0]}.sql")
    with opened(url) as engine:
        with reading(engine) as connection:
            assert revisions_of(connection) == (revision,)
        upgrade(engine)
        assert is_what_the_code_says(engine)
        store, feed = DatabaseHistory(engine), DatabaseFeed(engine)
        assert store.timeline(STREAM).moves == moves_of(SEEN)
        told = feed.events(0, 100)
        assert [event.cursor for event in told] == [1, 2, 3]
        assert first_broken(told) is None
        later = Sighting(STREAM, START + timedelta(minutes=20), None, "poll")
        (event,) = store.record(later, now=START)
        assert (event.cursor, first_broken([*told, event])) == (4, None)


@each_revision
@each_engine
def test_a_released_revision_never_changes(url: str, revision: str) -> None:
    with opened(url, lambda engine: upgrade(engine, revision)) as engine:
        made = shape(engine)
        drop_all(engine)
    load(url, RELEASED / f"{revision}.{url.partition(':')[0]}.sql")
    with opened(url) as engine:
        assert shape(engine) == made


def drop_all(engine: Engine) -> None:
    found = MetaData()
    found.reflect(engine)
    found.drop_all(engine)


def load(url: str, script: Path) -> None:
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.executescript(script.read_text())
    else:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(script.read_text().encode())


def shape(engine: Engine) -> dict[str, object]:
    """Tables with their columns, keys and indexes, as the database tells them."""
    looked = inspect(engine)
    return {
        table: (
            [
                (column["name"], str(column["type"]), column["nullable"])
                for column in looked.get_columns(table)
            ],
            looked.get_pk_constraint(table)["constrained_columns"],
            sorted(
                (index["name"] or "", tuple(index["column_names"])) for index in looked.get_indexes(table)
            ),
            sorted(
                (str(unique["name"]), tuple(unique["column_names"]))
                for unique in looked.get_unique_constraints(table)
            ),
        )
        for table in looked.get_table_names()
    }
