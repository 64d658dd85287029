"""Deliveries: every event of a feed told to a fast receiver, beside a bare aiohttp loop, and beside a dead receiver.

`python bench/deliveries.py [--rounds N] [--only sqlite]` prints a Markdown table and one JSON line a row. The receivers run
in a process of their own, and so does each sender, on a database of its own; what is measured is from the first claim
to the last answer. The dead receiver takes connections and says nothing. Rounds are interleaved, and ratios are
those of the medians.
"""

import argparse
import asyncio
import contextlib
import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from measure import Row, print_rows

TAGS = 2_000
EVENTS = 2
"""Of each tag: the second waits for the first to be taken."""
WANTED = 500
"""Deliveries a second."""
BARE_LIMIT = 8.0
DEAD_LIMIT = 1.25
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def serve() -> None:
    """A receiver that takes everything, and one that never answers; until stdin ends."""
    from aiohttp import web

    async def take(request: web.BaseRequest) -> web.StreamResponse:
        await request.read()
        return web.Response(status=204)

    async def run() -> None:
        runner = web.ServerRunner(web.Server(take, access_log=None))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        with socket.create_server(("127.0.0.1", 0), backlog=512) as dead:  # nobody ever accepts there
            print(runner.addresses[0][1], dead.getsockname()[1], flush=True)
            await asyncio.to_thread(sys.stdin.read)

    asyncio.run(run())


def send(database: str, fast: str, dead: str) -> None:
    """Tell the fast receiver everything, and the dead one as well where it has a port."""
    from tagwake.adapters.deliveries import open_sink
    from tagwake.adapters.sealing import KeySealer
    from tagwake.adapters.stores.engine import open_engine
    from tagwake.adapters.stores.feed import DatabaseFeed
    from tagwake.adapters.stores.subscription_store import DatabaseSubscriptionStore
    from tagwake.adapters.timing import system_timing
    from tagwake.core.egress import Egress
    from tagwake.core.secret import Secret
    from tagwake.core.subscription import Subscription
    from tagwake.ports.event_sink import EventSink, Posting, Receipt
    from tagwake.verbs.deliver import Deliverer

    timing = system_timing()
    engine = open_engine(database)
    store = DatabaseSubscriptionStore(engine, KeySealer([bytes(32)]))
    for name, port in (("fast", fast), ("dead", dead)):
        if port != "0":
            subscription = Subscription(name, f"http://127.0.0.1:{port}/{name}")
            store.add(subscription, [Secret(SECRET)], after=0, now=timing.now())

    async def run() -> float:
        finished = asyncio.Event()
        left = TAGS * EVENTS

        class Counting:
            """The real sink, and how many the fast receiver still has to take."""

            def __init__(self, inner: EventSink) -> None:
                self.inner = inner

            async def post(self, posting: Posting) -> Receipt:
                nonlocal left
                receipt = await self.inner.post(posting)
                if not receipt.reason:
                    left -= 1
                    if not left:
                        finished.set()
                return receipt

        with ThreadPoolExecutor(4) as threads:
            async with open_sink(Egress.of(("127.0.0.1",)), {}, timing=timing, seconds=2.0) as sink:
                deliverer = Deliverer(
                    store, DatabaseFeed(engine), Counting(sink), timing, source="bench", threads=threads
                )
                started = time.perf_counter()
                task = asyncio.create_task(deliverer.run())
                await finished.wait()
                wall = time.perf_counter() - started
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        return wall

    print(json.dumps({"wall": asyncio.run(run())}))


def fill(database: str) -> None:
    """A history in which every tag has moved, told by the feed."""
    from datetime import UTC, datetime, timedelta

    from tagwake.adapters.stores.engine import open_engine
    from tagwake.adapters.stores.history import DatabaseHistory
    from tagwake.adapters.stores.schema import upgrade
    from tagwake.core.digest import Digest
    from tagwake.core.reference import Stream
    from tagwake.core.sighting import Sighting

    engine = open_engine(database)
    upgrade(engine)
    history, start = DatabaseHistory(engine), datetime(2026, 1, 1, tzinfo=UTC)
    for move in range(EVENTS):
        for tag in range(TAGS):
            seen_at = start + timedelta(hours=move)
            digest = Digest("sha256", f"{tag * EVENTS + move + 1:064x}")
            stream = Stream("docker.io", f"library/app-{tag % 50}", f"1.{tag}")
            history.record(Sighting(stream, seen_at, digest, "poll"), now=seen_at)
    engine.dispose()


def bare(fast: str) -> None:
    """As many bodies of that size, posted and signed by nobody, by as many at once."""
    import aiohttp

    from tagwake.core.delivery_room import FULL

    async def run() -> float:
        waiting = iter(range(TAGS * EVENTS))
        body = b"x" * 800

        async def work(session: aiohttp.ClientSession) -> None:
            for _ in waiting:
                async with session.post(f"http://127.0.0.1:{fast}/", data=body) as answer:
                    assert answer.status == 204

        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            started = time.perf_counter()
            await asyncio.gather(*(work(session) for _ in range(FULL)))
            return time.perf_counter() - started

    print(json.dumps({"wall": asyncio.run(run())}))


@contextlib.contextmanager
def filled(engine: str) -> Iterator[Callable[[], str]]:
    """Gives the address of a new database with all events in it, as often as it is asked."""
    numbers = count()
    if engine == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            fill(f"sqlite:///{folder}/filled.db")

            def copy() -> str:
                name = f"{folder}/{next(numbers)}.db"
                shutil.copyfile(f"{folder}/filled.db", name)
                return f"sqlite:///{name}"

            yield copy
        return
    sys.path.insert(0, str(Path(__file__).parents[1]))
    import psycopg
    from tests.postgres_server import postgres

    with postgres() as server:
        fill(server.url())

        def clone() -> str:
            name = f"deliveries_{next(numbers)}"
            with psycopg.connect(server.url("template1"), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name} TEMPLATE postgres".encode())
            return server.url(name)

        yield clone


def measure(*arguments: str) -> float:
    done = subprocess.run(
        [sys.executable, __file__, *arguments], stdout=subprocess.PIPE, check=True, text=True, timeout=600
    )
    wall: float = json.loads(done.stdout)["wall"]
    return wall


def main(rounds: int, engines: list[str]) -> int:
    with subprocess.Popen(
        [sys.executable, __file__, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        fast, dead = server.stdout.readline().split()
        walls: dict[str, list[float]] = {}
        with contextlib.ExitStack() as stack:
            new = {engine: stack.enter_context(filled(engine)) for engine in engines}
            for _ in range(rounds):
                walls.setdefault("bare", []).append(measure("bare", fast))
                for engine in engines:
                    for port in ("0", dead):
                        wall = measure("send", new[engine](), fast, port)
                        walls.setdefault(f"{engine} {port == dead}", []).append(wall)
        server.stdin.close()
    return report({name: statistics.median(each) for name, each in walls.items()}, engines)


def report(walls: dict[str, float], engines: list[str]) -> int:
    rate = {name: TAGS * EVENTS / wall for name, wall in walls.items()}
    rows = []
    for engine, title in (("sqlite", "SQLite"), ("postgres", "PostgreSQL")):
        if engine not in engines:
            continue
        alone, beside = f"{engine} False", f"{engine} True"
        ours = f"{rate[alone]:,.0f}/s"
        rows += [
            Row(
                f"{title}: a fast receiver, beside {WANTED}/s",
                ours,
                f"{WANTED}/s",
                _ratio(WANTED, rate[alone]),
                1.0,
            ),
            Row(
                f"{title}: a fast receiver, beside a bare aiohttp loop",
                f"{walls[alone]:.2f} s",
                f"{walls['bare']:.2f} s",
                _ratio(walls[alone], walls["bare"]),
                BARE_LIMIT,
            ),
            Row(
                f"{title}: a fast receiver with a dead one beside it, beside itself alone",
                f"{walls[beside]:.2f} s",
                f"{walls[alone]:.2f} s",
                _ratio(walls[beside], walls[alone]),
                DEAD_LIMIT,
            ),
        ]
    return 0 if print_rows("Deliveries", rows) else 1


def _ratio(ours: float, peer: float) -> float:
    return round(ours / peer, 3)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve"]:
            serve()
        case ["send", database, fast, dead]:
            send(database, fast, dead)
        case ["bare", fast]:
            bare(fast)
        case _:
            parser = argparse.ArgumentParser(description=__doc__)
            parser.add_argument("--rounds", type=int, default=3)
            parser.add_argument("--only", choices=("sqlite", "postgres"))
            options = parser.parse_args()
            sys.exit(main(options.rounds, [options.only] if options.only else ["sqlite", "postgres"]))
