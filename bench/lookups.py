"""2,000 distinct look-ups against a local registry: the product at its default settings, beside a bare aiohttp loop.

`python bench/lookups.py [--rounds N]` prints a Markdown table and one JSON line a row. The registry runs in a process of
its own, and so does each client; what is measured is the look-ups, without the start of the interpreter. Rounds are
interleaved, and the ratio is that of the medians.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

from measure import Row, print_rows

LOOKUPS = 2_000
REPOSITORIES = 50
CONCURRENCY = 16
LIMIT = 1.5


def names() -> list[tuple[str, str]]:
    return [(f"team-{n % REPOSITORIES}/app", f"1.{n}") for n in range(LOOKUPS)]


def serve() -> None:
    """Run the embedded registry with every tag in it until stdin ends."""
    from tagwake.testing.registry.embedded import EmbeddedRegistry

    registry = EmbeddedRegistry()
    for repository, tag in names():
        registry.store.push_index(repository, tag, seed=repository)
    with registry.in_thread():
        print(registry.host, flush=True)
        sys.stdin.read()


async def ours(host: str) -> int:
    from tagwake.adapters.registries import open_registries
    from tagwake.adapters.timing import system_timing
    from tagwake.core.manifest import Descriptor
    from tagwake.core.reference import Stream

    async with open_registries((), os.environ, timing=system_timing()) as registry:
        found = await asyncio.gather(
            *(registry.resolve(Stream(host, repository, tag)) for repository, tag in names())
        )
    return sum(isinstance(each, Descriptor) for each in found)


async def bare(host: str) -> int:
    import aiohttp

    accept = ", ".join(
        f"application/vnd.{kind}+json"
        for kind in (
            "oci.image.index.v1",
            "docker.distribution.manifest.list.v2",
            "oci.image.manifest.v1",
            "docker.distribution.manifest.v2",
        )
    )
    waiting = iter(names())
    found = 0

    async def work(session: aiohttp.ClientSession) -> None:
        nonlocal found
        for repository, tag in waiting:
            url = f"http://{host}/v2/{repository}/manifests/{tag}"
            async with session.head(url, headers={"Accept": accept}) as answer:
                found += answer.status == 200 and "Docker-Content-Digest" in answer.headers

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(work(session) for _ in range(CONCURRENCY)))
    return found


def client(look_up: Callable[[str], Awaitable[int]], host: str) -> None:
    """Look everything up once, with imports done and the clocks on the look-ups alone."""

    async def run() -> tuple[int, float, float]:
        import aiohttp  # noqa: F401 - loaded by both, and by neither on the clock

        import tagwake.adapters.registries.client  # noqa: F401

        wall, cpu = time.perf_counter(), time.process_time()
        found = await look_up(host)
        return found, time.perf_counter() - wall, time.process_time() - cpu

    found, wall, cpu = asyncio.run(run())
    print(json.dumps({"found": found, "wall": wall, "cpu": cpu}))


def measure(role: str, host: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, role, host], stdout=subprocess.PIPE, check=True, text=True, timeout=300
    )
    result: dict[str, float] = json.loads(done.stdout)
    if result["found"] != LOOKUPS:
        raise SystemExit(f"{role} found {result['found']} of {LOOKUPS}")
    return result


def main(rounds: int) -> int:
    with subprocess.Popen(
        [sys.executable, __file__, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        host = server.stdout.readline().strip()
        measured: dict[str, list[dict[str, float]]] = {"ours": [], "bare": []}
        for round_ in range(rounds):
            for role in sorted(measured, reverse=bool(round_ % 2)):
                measured[role].append(measure(role, host))
        server.stdin.close()
    return report(measured)


def report(measured: dict[str, list[dict[str, float]]]) -> int:
    rows = []
    for what, name in (("wall", "wall time"), ("cpu", "client's CPU time")):
        mine, peer = (statistics.median(each[what] for each in measured[role]) for role in ("ours", "bare"))
        title = f"{LOOKUPS:,} distinct look-ups, {name}, beside a bare aiohttp loop"
        rows.append(Row(title, f"{mine:.3f} s", f"{peer:.3f} s", round(mine / peer, 3), LIMIT))
    return 0 if print_rows("Look-ups", rows) else 1


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] in {"ours", "bare"}:
        client({"ours": ours, "bare": bare}[sys.argv[1]], sys.argv[2])
    elif sys.argv[1:] == ["serve"]:
        serve()
    else:
        parser = argparse.ArgumentParser(description=__doc__)
        parser.add_argument("--rounds", type=int, default=7)
        sys.exit(main(parser.parse_args().rounds))
