"""A running service as a desk: many at once in several requests, and answers that are none.

What both desks do alike is in tests/contracts/test_service_desk.py.
"""

import contextlib
import json

import pytest
from aiohttp import web
from tests.adapters.scripted import FakeTime, serving
from tests.faces.service.stage import A, seen

from tagwake.adapters.http import open_http
from tagwake.adapters.service_api.client import ServiceClient
from tagwake.adapters.service_api.desk import ApiDesk
from tagwake.core.errors import InvalidAnswer, StoreFailed
from tagwake.core.patience import Patience
from tagwake.core.watch_pattern import WatchPattern


@contextlib.asynccontextmanager
async def desk(handler):
    async with serving(handler) as server, open_http({}, Patience(attempts=1), FakeTime().timing) as http:
        yield ApiDesk(ServiceClient(http, f"http://{server.host}", None)), server


async def test_more_patterns_than_one_request_takes():
    sizes = []

    async def handle(request):
        patterns = (await request.json())["patterns"]
        sizes.append(len(patterns))
        return web.json_response({"added": len(patterns)})

    patterns = [WatchPattern.parse(f"a.test/b:{number}") for number in range(2500)]
    async with desk(handle) as (asked, _):
        assert await asked.watch(patterns) == 2500
        assert await asked.watch([]) == 0
    assert sizes == [1000, 1000, 500]


async def test_more_sightings_than_one_request_takes():
    sizes = []

    async def handle(request):
        sightings = json.loads(await request.content.read())["sightings"]
        sizes.append(len(sightings))
        return web.json_response({"sightings": len(sightings), "moves": 1, "corrected": 0})

    sightings = (seen("a.test/b:1", number, A, "import:csv") for number in range(8_001))
    async with desk(handle) as (asked, _):
        done = await asked.import_sightings(sightings)
    assert (done.sightings, done.moves, sizes) == (8_001, 3, [4_000, 4_000, 1])


@pytest.mark.parametrize("text", ["", "[]", '{"schema":"tagwake/watches/2","watches":[]}', "[" * 100_000])
async def test_an_answer_that_is_none(text):
    async def handle(request):
        return web.Response(text=text)

    async with desk(handle) as (asked, _):
        with pytest.raises(InvalidAnswer, match=r"what the service http://127\.0\.0\.1"):
            await asked.watches()


async def test_a_watch_that_is_none():
    watch = {
        "pattern": "a b",
        "signatures": False,
        "by": "x",
        "added_at": "2026-01-01T00:00:00Z",
        "streams": 0,
    }

    async def handle(request):
        return web.json_response({"schema": "tagwake/watches/1", "watches": [watch]})

    async with desk(handle) as (asked, _):
        with pytest.raises(StoreFailed, match="names a watch that is none"):
            await asked.watches()


async def test_names_stay_within_their_segment_of_the_path():
    async def handle(request):
        return web.Response(status=404, text="{}")

    async with desk(handle) as (asked, server):
        assert not await asked.revoke_token("../x y?z")
    assert server.requests[0].raw_path == "/api/tokens/..%2Fx%20y%3Fz"
