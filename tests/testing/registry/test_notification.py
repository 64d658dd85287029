"""Notifications arrive in CNCF distribution's envelope, in order, until they are taken."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tagwake.testing.registry import BasicAuth, EmbeddedRegistry
from tagwake.testing.registry.manifest import OCI_IMAGE
from tagwake.testing.registry.notification import ENVELOPE, Endpoint


class Receiver:
    """Takes envelopes; answers `statuses` first, and 202 when they are used up."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.statuses: list[int] = []
        self.url = ""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        assert isinstance(request, web.BaseRequest)
        status = self.statuses.pop(0) if self.statuses else 202
        if status < 400:
            self.headers.append(dict(request.headers))
            self.events += (await request.json())["events"]
        return web.Response(status=status)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    runner = web.ServerRunner(web.Server(made.handle))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


async def test_what_happens_over_http_is_told_with_who_did_it(receiver: Receiver) -> None:
    hook = Endpoint(receiver.url, headers={"Authorization": "Bearer hook"})
    auth = {"Authorization": aiohttp.encode_basic_auth("ci", "pw"), "User-Agent": "tests/1"}
    async with (
        EmbeddedRegistry(auth=BasicAuth({"ci": "pw"}), notify=[hook]) as registry,
        aiohttp.ClientSession(registry.url, headers=auth) as client,
    ):
        body = b'{"schemaVersion":2}'
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        url = f"/v2/team/app/manifests/{digest}"
        for method, path in [
            ("PUT", "/v2/team/app/manifests/1.2"), ("HEAD", url), ("GET", "/v2/team/app/manifests/1.2"),
            ("DELETE", "/v2/team/app/manifests/1.2"), ("DELETE", url),
        ]:  # fmt: skip
            headers = {"Content-Type": OCI_IMAGE} if method == "PUT" else None
            async with client.request(
                method, path, data=body if method == "PUT" else None, headers=headers
            ) as done:
                assert done.status < 300
        await registry.delivered()
        whole = {
            "repository": "team/app", "digest": digest, "mediaType": OCI_IMAGE, "size": len(body), "length": len(body),
            "url": f"{registry.url}{url}",
        }  # fmt: skip
        gone = {"repository": "team/app", "mediaType": "", "size": 0}
        assert [(each["action"], each["target"]) for each in receiver.events] == [
            ("push", {**whole, "tag": "1.2"}),
            ("pull", whole),
            ("pull", {**whole, "tag": "1.2"}),
            ("delete", {**gone, "digest": "", "tag": "1.2"}),
            ("delete", {**gone, "digest": digest}),
        ]
        pushed = receiver.events[0]
        assert pushed["actor"] == {"name": "ci"}
        assert (
            pushed["request"].items()
            >= {"method": "PUT", "host": registry.host, "useragent": "tests/1"}.items()
        )
        assert pushed["source"]["addr"] == registry.host
        assert len({each["id"] for each in receiver.events}) == 5
        assert receiver.headers[0]["Content-Type"] == ENVELOPE
        assert receiver.headers[0]["Authorization"] == "Bearer hook"


async def test_blobs_and_mounts_are_told_as_well(receiver: Receiver) -> None:
    async with EmbeddedRegistry(notify=[Endpoint(receiver.url, actions=("push", "mount"))]) as registry:
        blob = registry.store.put_blob("one", b"blob")
        registry.store.mount("two", blob, "one")
        registry.store.delete_blob("one", blob)
        await registry.delivered()
    assert [each["action"] for each in receiver.events] == ["push", "mount"]
    assert receiver.events[1]["target"]["fromRepository"] == "one"
    assert receiver.events[1]["target"]["url"] == f"{registry.url}/v2/two/blobs/{blob}"
    assert receiver.events[1]["actor"] == {}


async def test_an_event_is_sent_until_it_is_taken_and_in_order(receiver: Receiver) -> None:
    receiver.statuses = [500, 503, 429, 202]
    async with EmbeddedRegistry(notify=[Endpoint(receiver.url, backoff=0.001)]) as registry:
        for tag in ("1", "2", "3"):
            registry.store.put_manifest("app", b'{"schemaVersion":2}', tags=[tag])
        await registry.delivered()
    assert [each["target"]["tag"] for each in receiver.events] == ["1", "2", "3"]


async def test_a_dead_receiver_holds_nobody_up(receiver: Receiver) -> None:
    dead = "http://127.0.0.1:1/"
    async with EmbeddedRegistry(notify=[dead, receiver.url]) as registry:
        registry.store.put_manifest("app", b'{"schemaVersion":2}')
        while not receiver.events:
            await asyncio.sleep(0.001)
    assert len(receiver.events) == 1


async def test_what_another_thread_does_is_told(receiver: Receiver) -> None:
    async with EmbeddedRegistry(notify=[receiver.url]) as registry:
        await asyncio.to_thread(registry.store.put_manifest, "app", b'{"schemaVersion":2}', tags=["1"])
        await registry.delivered()
    assert [each["target"]["tag"] for each in receiver.events] == ["1"]
