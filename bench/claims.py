"""A million watched tags on PostgreSQL: claiming those that are due, and what a poll costs beside a bare HEAD.

`python bench/claims.py [--tags N]` sets PostgreSQL up as its `initdb` does, fills it with tags of a hundred hosts, all of
them due, and claims them: one process, then three at once, 200 at a time. Then it claims tags, records for each that it is
unchanged, and counts the time of that beside that of a HEAD by the same HTTP client against a server that answers at
once.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from measure import Row, print_rows

TAGS = 1_000_000
HOSTS = 100
TAGS_OF_A_REPOSITORY = 100
BATCH = 200
CLAIMS = 40_000
PROCESSES = 3
THREADS = 8
POLLS = 2_000
AT_ONCE = 32
WANTED = 5_000
POLL_LIMIT = 10.0
NOW = datetime(2026, 1, 1, tzinfo=UTC)

FILL = """
INSERT INTO hosts (id, name, tokens, filled_at) SELECT n, 'host-' || n || '.example', 1e9, 0 FROM generate_series(1, {hosts}) n;
INSERT INTO repositories (id, registry, name)
  SELECT n, 'host-' || (n % {hosts} + 1) || '.example', 'team/app-' || n FROM generate_series(1, {repositories}) n;
INSERT INTO tags (id, repository, name) SELECT n, n % {repositories} + 1, 'v' || n FROM generate_series(1, {tags}) n;
INSERT INTO digests (id, algorithm, bytes) SELECT n, 0, sha256(n::text::bytea) FROM generate_series(1, {tags}) n;
INSERT INTO looks (tag, repository, host, turn, due_at, fence, watched, hints, digest, etag, looked_at, promised_at, failures, rhythm)
  SELECT t.id, t.repository, t.repository % {hosts} + 1, d.due, d.due, 1, true, 0, t.id, '', d.due - 3600000, d.due, 0, '{{"mean":3600}}'
  FROM tags t, LATERAL (SELECT {now} - (t.id * 7919) % 3600000 AS due) d;
SELECT setval(pg_get_serial_sequence(name, 'id'), 10000000) FROM unnest(ARRAY['hosts', 'repositories', 'tags', 'digests']) name;
VACUUM ANALYZE;
"""


def fill(url: str, tags: int) -> None:
    import psycopg

    from tagwake.adapters.stores.engine import open_engine
    from tagwake.adapters.stores.schema import upgrade
    from tagwake.adapters.stores.times import to_milliseconds

    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()
    statements = FILL.format(
        hosts=HOSTS,
        tags=tags,
        repositories=max(tags // TAGS_OF_A_REPOSITORY, HOSTS),
        now=to_milliseconds(NOW),
    )
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements.split(";\n"):
            if statement.strip():
                connection.execute(statement.encode())


def work(url: str, kind: str, wanted: int) -> None:
    """Claim, or claim and record, and say how long it took."""
    from tagwake.adapters.stores.engine import open_engine
    from tagwake.adapters.stores.host_budgets import HostBudgets
    from tagwake.adapters.stores.look_queue import DatabaseLookQueue
    from tagwake.core.budget import Budget
    from tagwake.core.look import Unchanged

    engine = open_engine(url)
    queue = DatabaseLookQueue(engine, HostBudgets(Budget(1e9, 1e9)))
    leases = list(queue.claim(1, now=NOW))
    print("ready", flush=True)
    sys.stdin.readline()
    started = time.perf_counter()
    if kind == "claim":
        while len(leases) < wanted:
            leases += queue.claim(BATCH, now=NOW)
    else:
        due = NOW + timedelta(hours=1)
        with ThreadPoolExecutor(THREADS) as threads:
            for _ in range(wanted // BATCH):
                claimed = queue.claim(BATCH, now=NOW)
                list(
                    threads.map(
                        lambda lease: queue.record(lease, Unchanged(), now=NOW, next_due=due), claimed
                    )
                )
    print(
        json.dumps({"wall": time.perf_counter() - started, "tags": [str(lease.stream) for lease in leases]})
    )
    engine.dispose()


def measure(url: str, kind: str, wanted: int, processes: int = 1) -> float:
    """Seconds from the start of the first to the end of the last; no tag is claimed twice."""
    command = [sys.executable, __file__, "work", url, kind, str(wanted // processes)]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for process in started:
        assert process.stdout is not None
        process.stdout.readline()
    begun = time.perf_counter()
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    done = [json.loads(process.communicate(timeout=600)[0]) for process in started]
    wall = time.perf_counter() - begun
    claimed = [tag for each in done for tag in each["tags"]]
    assert len(claimed) == len(set(claimed)), "a tag was claimed twice"
    return max(float(each["wall"]) for each in done) if processes == 1 else wall


async def serve() -> None:
    """A server that answers a HEAD at once."""
    from aiohttp import web

    async def answer(_request: web.BaseRequest) -> web.Response:
        digest = f"sha256:{'0' * 64}"
        return web.Response(headers={"Docker-Content-Digest": digest, "ETag": f'"{digest}"'})

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None  # noqa: SLF001 (aiohttp tells the port nowhere else)
    print(site._server.sockets[0].getsockname()[1], flush=True)  # noqa: SLF001
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await runner.cleanup()


async def ask(port: int) -> float:
    """Seconds for bare HEADs, as many at once as there are connections."""
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def head() -> None:
            async with session.head(f"http://127.0.0.1:{port}/v2/team/app/manifests/latest") as answer:
                assert answer.status == 200

        await head()
        started = time.perf_counter()
        await asyncio.gather(*(head() for _ in range(POLLS)))
        return time.perf_counter() - started


def bare_heads() -> float:
    with subprocess.Popen(
        [sys.executable, __file__, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        seconds = asyncio.run(ask(int(server.stdout.readline())))
        server.stdin.close()
    return seconds


def main(tags: int) -> int:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.postgres_server import postgres

    with postgres() as server:
        url = server.url()
        fill(url, tags)
        claims = min(CLAIMS, tags // 4)
        alone = claims / measure(url, "claim", claims)
        together = claims / measure(url, "claim", claims, PROCESSES)
        poll = measure(url, "record", POLLS) / POLLS
        head = bare_heads() / POLLS
    rows = [
        Row(
            f"{tags:,} watched tags: one process claims",
            f"{alone:,.0f}/s",
            f"{WANTED}/s",
            round(WANTED / alone, 3),
            1.0,
        ),
        Row(
            f"{tags:,} watched tags: {PROCESSES} processes claim at once",
            f"{together:,.0f}/s",
            f"{WANTED}/s",
            round(WANTED / together, 3),
            1.0,
        ),
        Row(
            "a poll's claim and record by eight threads, each committed, beside a bare HEAD",
            f"{poll * 1e6:,.0f} us",
            f"{head * 1e6:,.0f} us",
            round(poll / head, 2),
            POLL_LIMIT,
        ),
    ]
    return 0 if print_rows("Claims", rows) else 1


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["work", url, kind, wanted]:
            work(url, kind, int(wanted))
        case ["serve"]:
            asyncio.run(serve())
        case _:
            parser = argparse.ArgumentParser(description=__doc__)
            parser.add_argument("--tags", type=int, default=TAGS)
            sys.exit(main(parser.parse_args().tags))
