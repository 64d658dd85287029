"""What a poll costs the service, its database included, beside a bare HEAD by the same HTTP client.

A server answers every HEAD at once. The service follows tags there on SQLite, has looked at each before, and looks at each
again: claim, HEAD with `If-None-Match`, schedule, record. The peer is an aiohttp loop that asks as many HEADs, as many at
once. Both run in processes of their own, by turns; wall and CPU time are of the second round alone.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable

from measure import Row, print_rows

TAGS = 2_000
TAGS_OF_A_REPOSITORY = 50
LIMIT = 5.0


def path_of(number: int) -> tuple[str, str]:
    return f"team/app-{number // TAGS_OF_A_REPOSITORY}", f"v{number}"


async def serve() -> None:
    """Answer every HEAD at once, 304 where the entity tag is known."""
    from aiohttp import web

    digest = f"sha256:{'0' * 64}"
    headers = {
        "Docker-Content-Digest": digest,
        "ETag": f'"{digest}"',
        "Content-Type": "application/vnd.oci.image.index.v1+json",
    }

    async def answer(request: web.BaseRequest) -> web.Response:
        is_known = request.headers.get("If-None-Match") == headers["ETag"]
        return web.Response(status=304 if is_known else 200, headers=headers)

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None  # noqa: SLF001 - aiohttp tells the port nowhere else
    print(f"127.0.0.1:{site._server.sockets[0].getsockname()[1]}", flush=True)  # noqa: SLF001
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await runner.cleanup()


async def bare(host: str) -> tuple[float, float]:
    import aiohttp

    from tagwake.verbs.look import AT_ONCE

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def head(number: int) -> None:
            repository, tag = path_of(number)
            async with session.head(f"http://{host}/v2/{repository}/manifests/{tag}") as answer:
                assert answer.status == 200

        async def all_of_them() -> None:
            await asyncio.gather(*map(head, range(TAGS)))

        await all_of_them()
        return await timed(all_of_them)


async def ours(host: str) -> tuple[float, float]:
    from tagwake.core.budget import Budget
    from tagwake.core.egress import Egress
    from tagwake.core.reference import Stream
    from tagwake.core.service_settings import ServiceSettings
    from tagwake.core.watch_pattern import WatchPattern
    from tagwake.wiring.polling import open_pollers
    from tagwake.wiring.service import open_service

    settings = ServiceSettings(usual=Budget(1e9, 1e9), egress=Egress.of(("127.0.0.1",)))
    streams = [Stream(host, *path_of(number)) for number in range(TAGS)]
    with tempfile.TemporaryDirectory() as folder:
        environment = {"HOME": folder, "TAGWAKE_STATE_DIR": folder}
        with open_service(environment, settings) as service:
            now = service.timing.now()
            patterns = [WatchPattern.parse(str(stream)) for stream in streams]
            service.watches.watch(patterns, by="bench", now=now)
            async with open_pollers(service, settings, environment) as (poller, _):

                async def all_of_them() -> None:
                    looked = await poller.run_once()
                    assert looked == TAGS, looked

                await all_of_them()
                service.looks.promote(streams, now=service.timing.now())
                return await timed(all_of_them)


async def timed(run: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    await run()
    return time.perf_counter() - wall, time.process_time() - cpu


def measure(role: str, host: str) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, __file__, role, host], stdout=subprocess.PIPE, check=True, text=True, timeout=300
    )
    wall, cpu = json.loads(done.stdout)
    return wall, cpu


def main(rounds: int) -> int:
    with subprocess.Popen(
        [sys.executable, __file__, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        host = server.stdout.readline().strip()
        measured: dict[str, list[tuple[float, float]]] = {"ours": [], "bare": []}
        for round_ in range(rounds):
            for role in sorted(measured, reverse=bool(round_ % 2)):
                measured[role].append(measure(role, host))
        server.stdin.close()
    rows = []
    for place, what in enumerate(("wall time", "CPU time of the process")):
        mine, peer = (statistics.median(each[place] for each in measured[role]) for role in ("ours", "bare"))
        title = f"a poll of an unchanged tag on SQLite, {what}, beside a bare HEAD"
        shown = (f"{each / TAGS * 1e6:.0f} us" for each in (mine, peer))
        rows.append(Row(title, *shown, round(mine / peer, 3), LIMIT))
    return 0 if print_rows("The cost of a poll", rows) else 1


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] in {"ours", "bare"}:
        print(json.dumps(asyncio.run({"ours": ours, "bare": bare}[sys.argv[1]](sys.argv[2]))))
    elif sys.argv[1:] == ["serve"]:
        asyncio.run(serve())
    else:
        parser = argparse.ArgumentParser(description=__doc__)
        parser.add_argument("--rounds", type=int, default=5)
        sys.exit(main(parser.parse_args().rounds))
