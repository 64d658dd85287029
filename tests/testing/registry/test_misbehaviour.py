"""Faults, latency, rate limits and the request log: the registry misbehaves as told, and counts."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tagwake.testing.registry import (
    EmbeddedRegistry,
    Fault,
    FaultPlan,
    Kind,
    RateLimit,
    answering,
    refusing_head,
)
from tagwake.testing.registry.rate_limit import Bucket
from tagwake.testing.registry.request_log import Request, RequestLog

PATH = "/v2/app/manifests/1.0"


@pytest.fixture
async def registry() -> AsyncIterator[EmbeddedRegistry]:
    async with EmbeddedRegistry() as running:
        running.store.push_index("app", tag="1.0")
        yield running


@pytest.fixture
async def client(registry: EmbeddedRegistry) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(registry.url) as session:
        yield session


async def test_a_status_is_answered_with_an_error_body(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession
) -> None:
    registry.faults.add(answering(429, "GET", "*/manifests/*", retry_after="7"))
    async with client.get(PATH) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "7")
        assert (await response.json())["errors"][0]["code"] == "TOOMANYREQUESTS"
    async with client.head(PATH) as response:
        assert response.status == 200


async def test_head_is_refused_as_some_proxies_do(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession
) -> None:
    registry.faults.add(refusing_head())
    async with client.head(PATH) as response:
        assert response.status == 405
    async with client.get(PATH) as response:
        assert response.status == 200


async def test_a_dropped_connection_has_no_answer(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession
) -> None:
    registry.faults.add(Fault(Kind.DROP, times=1))
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.post(PATH)  # aiohttp itself asks again for a method that may be repeated
    async with client.get(PATH) as response:
        assert response.status == 200
    assert [each.status for each in registry.log] == [0, 200]


async def test_a_hanging_request_is_let_go_when_the_registry_stops(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession
) -> None:
    registry.faults.add(Fault(Kind.HANG))
    request = asyncio.create_task(client.get(PATH))
    done, _ = await asyncio.wait([request], timeout=0.1)
    assert not done
    await registry.stop()
    with pytest.raises(aiohttp.ClientConnectionError):
        await request


async def test_garbage_means_nothing(registry: EmbeddedRegistry, client: aiohttp.ClientSession) -> None:
    registry.faults.add(Fault(Kind.GARBAGE))
    async with client.get(PATH) as response:
        assert response.status == 200
        with pytest.raises(UnicodeDecodeError):
            (await response.read()).decode()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_the_digest_header_is_missing_or_wrong(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession, method: str
) -> None:
    digest = registry.store.digest("app", "1.0")
    registry.faults.add(Fault(Kind.NO_DIGEST, times=1), Fault(Kind.WRONG_DIGEST, times=1))
    seen = []
    for _ in range(3):
        async with client.request(method, PATH) as response:
            assert response.status == 200
            seen.append(response.headers.get("Docker-Content-Digest"))
    assert seen == [None, "sha256:" + "0" * 64, digest]


async def test_a_truncated_body_ends_in_its_middle(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession
) -> None:
    blob = registry.store.put_blob("app", b"x" * 1000)
    registry.faults.add(Fault(Kind.TRUNCATE, "GET"))
    for path in (PATH, f"/v2/app/blobs/{blob}"):
        async with client.get(path) as response:
            assert response.status == 200
            with pytest.raises(aiohttp.ClientPayloadError):
                await response.read()


async def test_a_stalled_body_comes_to_its_middle(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession
) -> None:
    size = len(registry.store.content("app", "1.0"))
    registry.faults.add(Fault(Kind.STALL, "GET"))
    async with client.get(PATH) as response:
        assert int(response.headers["Content-Length"]) == size
        assert (
            await response.content.readexactly(size // 2) == registry.store.content("app", "1.0")[: size // 2]
        )
        rest = asyncio.create_task(response.content.read())
        done, _ = await asyncio.wait([rest], timeout=0.1)
        assert not done
        await registry.stop()
        with pytest.raises(aiohttp.ClientPayloadError):
            await rest


async def test_an_endless_body_goes_on(registry: EmbeddedRegistry, client: aiohttp.ClientSession) -> None:
    registry.faults.add(Fault(Kind.ENDLESS, "GET"))
    async with client.get(PATH) as response:
        assert response.content_length is None
        assert len(await response.content.readexactly(3_000_000)) == 3_000_000
        response.close()


async def test_a_redirect_goes_where_it_is_told(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession
) -> None:
    registry.faults.add(Fault(Kind.REDIRECT, "GET", "*/manifests/*", times=1, location="/v2/"))
    async with client.get(PATH, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (307, "/v2/")


def test_the_first_rule_that_is_not_spent_decides() -> None:
    plan = FaultPlan([answering(500, "GET", "/a*", skip=1, times=2), answering(501, "GET,HEAD")])
    met = [plan.meet("GET", "/a/b") for _ in range(4)]
    assert [each and each.status for each in met] == [501, 500, 500, 501]
    assert plan.meet("PUT", "/a") is None
    plan.clear()
    assert plan.meet("GET", "/a") is None


def test_a_bucket_refills_evenly() -> None:
    time = 0.0
    bucket = Bucket(RateLimit(2, per=10.0, methods=("GET",)), lambda: time)
    assert [bucket.wait("GET") for _ in range(3)] == [0, 0, 5]
    assert bucket.wait("HEAD") == 0, "other methods are not counted"
    time = 4.0
    assert bucket.wait("GET") == 1
    time = 5.0
    assert [bucket.wait("GET"), bucket.wait("GET")] == [0, 5]
    time = 1000.0
    assert [bucket.wait("GET") for _ in range(3)] == [0, 0, 5], "it never holds more than the limit"


async def test_too_many_requests_are_told_when_to_come_again() -> None:
    async with (
        EmbeddedRegistry(rate_limit=RateLimit(2, per=60.0), monotonic=lambda: 0.0) as registry,
        aiohttp.ClientSession(registry.url) as client,
    ):
        statuses = []
        for _ in range(3):
            async with client.get("/v2/") as response:
                statuses.append((response.status, response.headers.get("Retry-After")))
        assert statuses == [(200, None), (200, None), (429, "30")]


async def test_latency_comes_before_every_answer() -> None:
    async with EmbeddedRegistry(latency=0.05) as registry, aiohttp.ClientSession(registry.url) as client:
        loop = asyncio.get_running_loop()
        start = loop.time()
        async with client.get("/v2/") as response:
            assert response.status == 200
        assert loop.time() - start >= 0.05


async def test_the_log_counts_what_was_asked(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession
) -> None:
    for path in (PATH, "/v2/app/manifests/none?x=1", "/v2/"):
        async with client.head(path, headers={"Accept": "x/y"}):
            pass
    assert [(each.target, each.query, each.status) for each in registry.log] == [
        (f"HEAD {PATH}", "", 200),
        ("HEAD /v2/app/manifests/none", "x=1", 404),
        ("HEAD /v2/", "", 200),
    ]
    assert registry.log.count("HEAD") == 3
    assert registry.log.count("GET") == 0
    assert registry.log.count("HEAD", "*/manifests/*") == 2
    assert registry.log.count(status=404) == 1
    assert registry.log.find("HEAD", PATH)[0].headers["Accept"] == "x/y"
    assert [each.digest for each in registry.log] == [registry.store.digest("app", "1.0"), None, None]
    registry.log.clear()
    assert len(registry.log) == 0


def test_the_log_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tagwake.testing.registry.request_log.LONGEST", 3)
    log = RequestLog()
    for number in range(5):
        log.add(Request("GET", f"/{number}", "", 200, {}, None))
    assert [each.path for each in log] == ["/2", "/3", "/4"]
