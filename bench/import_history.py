"""Import of the real moves, and how much room they take.

`python bench/import_history.py [PATH] [--engines sqlite,postgresql]`: SQLite with `synchronous=FULL`, PostgreSQL as its
`initdb` sets it up; each import runs in a process of its own and reads the compressed table from disk. An import tells
nothing: the feed's rows are counted, and what an event takes there is measured apart.
"""

import argparse
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from measure import Row, print_rows
from moves import REAL, database, sightings

LEAST = 30_000
MOST_BYTES = {"sqlite": 100, "postgresql": 220}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
EVENTS = 2_000
HISTORY = ("repositories", "tags", "digests", "words", "moves", "sightings")
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def bring(url: str, path: Path) -> None:
    """Import the table, and print how that went."""
    from tagwake.adapters.stores.engine import open_engine
    from tagwake.adapters.stores.history import DatabaseHistory
    from tagwake.adapters.stores.schema import upgrade

    engine = open_engine(url)
    upgrade(engine)
    started = time.perf_counter()
    done = DatabaseHistory(engine).import_sightings(sightings(path), now=NOW)
    seconds = time.perf_counter() - started
    print(json.dumps({"sightings": done.sightings, "moves": done.moves, "seconds": seconds}))
    engine.dispose()


def size(url: str) -> int:
    """Bytes of the whole database on SQLite, of the history's tables and indexes on PostgreSQL."""
    if url.startswith("sqlite"):
        import sqlite3

        path = url.removeprefix("sqlite:///")
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return Path(path).stat().st_size
    return sum(_postgres_sizes(url, table) for table in HISTORY)


def _postgres_sizes(url: str, table: str) -> int:
    import psycopg

    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_total_relation_size(%s)", (table,)).fetchone()
        assert row is not None
        return int(row[0])


def events(url: str) -> tuple[int, int]:
    """How many events the feed has, and what an event takes there: bytes, its index included."""
    from tagwake.adapters.stores.engine import open_engine, transaction
    from tagwake.adapters.stores.feed import DatabaseFeed
    from tagwake.adapters.stores.fold import fold_all
    from tagwake.core.digest import Digest
    from tagwake.core.reference import Stream
    from tagwake.core.sighting import Sighting

    engine = open_engine(url)
    before = DatabaseFeed(engine).newest()
    made = [
        Sighting(Stream("bench.example", "team/app", str(n)), NOW, Digest.of(b"%d" % n), "poll")
        for n in range(EVENTS)
    ]
    with transaction(engine) as connection:
        fold_all(connection, made, now=NOW)
    engine.dispose()
    if not url.startswith("sqlite"):
        return before, _postgres_sizes(url, "events") // EVENTS
    import sqlite3

    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    pages = "SELECT sum(pgsize) FROM dbstat WHERE name IN ('events', 'events_by_tag_cursor')"
    taken = int(connection.execute(pages).fetchone()[0])
    connection.close()
    return before, taken // EVENTS


def main(path: Path, engines: list[str]) -> int:
    rows, notes = [], []
    for engine in engines:
        with database(engine) as url:
            command = [sys.executable, __file__, "bring", url, str(path)]
            told = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
            each = size(url) / told["moves"]
            before, of_event = events(url)
        rate = told["sightings"] / told["seconds"]
        what = f"{NAMES[engine]}, {told['sightings']:,} events of {path.name.partition('.')[0]}"
        rows += [
            Row(f"{what}: import", f"{rate:,.0f}/s", f"at least {LEAST:,}/s", round(LEAST / rate, 3), 1.0),
            Row(
                f"{what}: room of a move",
                f"{each:.1f} bytes",
                f"at most {MOST_BYTES[engine]} bytes",
                round(each / MOST_BYTES[engine], 3),
                1.0,
            ),
        ]
        notes.append(
            f"{NAMES[engine]}: the import wrote {before} rows into the feed, where an event takes {of_event} bytes."
        )
    held = print_rows("Import of a history", rows)
    print("\n".join(notes))
    return 0 if held else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["bring"]:
        bring(sys.argv[2], Path(sys.argv[3]))
    else:
        parser = argparse.ArgumentParser(description=__doc__)
        parser.add_argument("path", nargs="?", type=Path, default=REAL)
        parser.add_argument("--engines", default="sqlite,postgresql")
        options = parser.parse_args()
        sys.exit(main(options.path, options.engines.split(",")))
