"""What is asked of a history with all the real moves in it: in the store, and over HTTP.

`python bench/queries.py [PATH] [--engines sqlite,postgresql] [--questions N] [--times 1,10]` asks, one after the other,
for the newest 100 moves of a tag, for what a tag was at a moment, and for all tags of a digest, each of tags, moments
and digests drawn at random, and tells the 99th of a hundred. Then it adds as many synthetic moves as make ten times as
many rows and asks again: the curve. `--times 1,10,100` goes on to a hundred times as many, which takes an hour.
"""

import argparse
import contextlib
import gc
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO
from urllib.parse import quote

from measure import Row, print_rows
from moves import REAL, database, sightings
from tagwake.core.digest import Digest
from tagwake.core.reference import Stream

QUESTIONS = 3_000
WARM_UP = 200
DRAWN = 4_000
LIMITS = {"in the store": 2.0, "over HTTP": 10.0}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
NEWEST, AS_OF, TAGS_OF = "newest 100 of a tag", "as-of", "tags of a digest"
FIRST, DAYS = datetime(2020, 3, 1, tzinfo=UTC), 2_350
NOW = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds that questions took: half of them at most, and 99 of 100 at most."""

    median: float
    p99: float


Question = tuple[Stream, datetime, Digest]


def drawn(path: Path, copies: int) -> list[Question]:
    """Tags and digests of rows at random, of all copies, each with a moment."""
    chance = random.Random(1)
    chosen = sorted({0, copies - 1, *(chance.randrange(copies) for _ in range(2))})
    found: list[Question] = []
    for copy in chosen:
        rows = [each for each in sightings(path, range(copy, copy + 1)) if each.digest is not None]
        for each in chance.sample(rows, min(DRAWN // len(chosen), len(rows))):
            moment = FIRST + timedelta(days=chance.random() * DAYS)
            found.append((each.stream, moment, each.digest or Digest.of(b"")))
    chance.shuffle(found)
    return found


def asked(ask: Callable[[Question], object], questions: Sequence[Question], many: int) -> Took:
    for question in questions[:WARM_UP]:
        ask(question)
    took = []
    for number in range(many):
        question = questions[(number + WARM_UP) % len(questions)]
        started = time.perf_counter()
        ask(question)
        took.append(1000 * (time.perf_counter() - started))
    took.sort()
    return Took(took[len(took) // 2], took[int(len(took) * 0.99)])


def in_the_store(url: str, questions: Sequence[Question], many: int) -> dict[str, Took]:
    from tagwake.adapters.stores.engine import open_engine
    from tagwake.adapters.stores.history import DatabaseHistory

    engine = open_engine(url)
    store = DatabaseHistory(engine)
    took = {
        NEWEST: asked(lambda question: store.newest_moves(question[0], 100), questions, many),
        AS_OF: asked(lambda question: store.live(question[0], question[1]), questions, many),
        TAGS_OF: asked(lambda question: store.tags_of(question[2]), questions, many),
    }
    engine.dispose()
    return took


def over_http(url: str, questions: Sequence[Question], many: int) -> dict[str, Took]:
    with served(url) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)

        def get(target: str) -> None:
            connection.request("GET", target)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise SystemExit(f"{target}: {answer.status} {body[:200]!r}")

        def newest(question: Question) -> None:
            get(f"/api/history?n=100&image={quote(str(question[0]))}")

        def as_of(question: Question) -> None:
            moment = question[1].isoformat(timespec="seconds").replace("+00:00", "Z")
            get(f"/api/live?at={quote(moment)}&image={quote(str(question[0]))}")

        def tags_of(question: Question) -> None:
            get(f"/api/tags?digest={quote(str(question[2]))}")

        return {
            NEWEST: asked(newest, questions, many),
            AS_OF: asked(as_of, questions, many),
            TAGS_OF: asked(tags_of, questions, many),
        }


@contextlib.contextmanager
def served(url: str) -> Iterator[int]:
    """The port of the service, without the work that it does beside answering."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "tagwake-service.toml")
        file.write_text("[access]\nrate = 100000\n")
        environment = {**os.environ, "TAGWAKE_STATE_DIR": folder, "TAGWAKE_DATABASE_URL": url}
        with subprocess.Popen(
            [sys.executable, __file__, "serve", str(file)], env=environment, stderr=subprocess.PIPE, text=True
        ) as server:
            assert server.stderr is not None
            said = []
            for line in server.stderr:
                said.append(line)
                if line.startswith("{") and (told := json.loads(line).get("url")):
                    threading.Thread(target=_drop, args=(server.stderr,), daemon=True).start()
                    try:
                        yield int(told.rpartition(":")[2])
                    finally:
                        server.terminate()
                    return
        raise SystemExit(f"the service does not start:\n{''.join(said)}")


def _drop(said: IO[str]) -> None:
    with contextlib.suppress(ValueError):  # closed
        for _ in said:
            continue


def bring(url: str, path: Path, copies: range) -> int:
    """Import these copies; how many moves they have."""
    from tagwake.adapters.stores.engine import open_engine
    from tagwake.adapters.stores.history import DatabaseHistory
    from tagwake.adapters.stores.schema import upgrade

    engine = open_engine(url)
    upgrade(engine)
    many = DatabaseHistory(engine).import_sightings(sightings(path, copies), now=NOW).moves
    engine.dispose()
    return many


def main(path: Path, engines: Sequence[str], questions: int, times: Sequence[int]) -> int:
    gc.set_threshold(50_000, 20, 20)  # as every process of tagwake has it (entry/main.py)
    rows: list[Row] = []
    curve = []
    for engine in engines:
        with database(engine) as url:
            before = moves = 0
            for copies in times:
                moves += bring(url, path, range(before, copies))
                before = copies
                asks = drawn(path, copies)
                took = {"in the store": in_the_store(url, asks, questions)}
                if copies == 1:
                    took["over HTTP"] = over_http(url, asks, questions)
                    rows += [
                        Row(
                            f"{NAMES[engine]}, {moves:,} moves, {where}: {what}, p99 (median {each.median:.2f} ms)",
                            f"{each.p99:.2f} ms",
                            f"at most {LIMITS[where]:.0f} ms",
                            round(each.p99 / LIMITS[where], 3),
                            1.0,
                        )
                        for where, all_of_it in took.items()
                        for what, each in all_of_it.items()
                    ]
                told = took["in the store"].values()
                figures = [f"{each.median:.2f} / {each.p99:.2f}" for each in told]
                curve.append(f"| {NAMES[engine]} | {moves:,} | {' | '.join(figures)} |")
    held = print_rows("Questions to a history", rows)
    print("In the store, by the number of moves: milliseconds, median / p99\n")
    print(f"| engine | moves | {NEWEST} | {AS_OF} | {TAGS_OF} |\n| --- | --- | --- | --- | --- |")
    print("\n".join(curve))
    return 0 if held else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        from tagwake.entry.serve import serve

        sys.exit(serve("127.0.0.1:0", sys.argv[2], only=()))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, default=REAL)
    parser.add_argument("--engines", default="sqlite,postgresql")
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--times", default="1,10")
    options = parser.parse_args()
    copies = [int(each) for each in options.times.split(",")]
    sys.exit(main(options.path, options.engines.split(","), options.questions, copies))
