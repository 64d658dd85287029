"""Our registry and CNCF distribution v3, asked the same, answer the same: statuses, codes, headers, notifications."""

import asyncio
import hashlib
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from tests.servers import PATIENCE, distribution, embedded

from tagwake.testing.registry import EmbeddedRegistry
from tagwake.testing.registry.manifest import OCI_IMAGE, OCI_INDEX
from tagwake.testing.registry.notification import ENVELOPE

pytestmark = pytest.mark.e2e

CONFIG, LAYER = b"{}", b"layer"


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def described(media_type: str, content: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": digest_of(content), "size": len(content)}


MANIFEST = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": OCI_IMAGE,
        "config": described("application/vnd.oci.image.config.v1+json", CONFIG),
        "layers": [described("application/vnd.oci.image.layer.v1.tar", LAYER)],
    }
).encode()
INDEX = json.dumps(
    {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [described(OCI_IMAGE, MANIFEST)]}
).encode()
ACCEPT = {"Accept": f"{OCI_INDEX}, {OCI_IMAGE}"}
NOWHERE = "sha256:" + "0" * 64
CONVERSATION: list[tuple[str, str, bytes | None, str | None]] = [
    ("GET", "/v2/", None, None),
    ("GET", "/v2/team/app/tags/list", None, None),
    ("HEAD", "/v2/team/app/manifests/1.0", None, None),
    ("GET", "/v2/team/app/manifests/1.0", None, None),
    ("UPLOAD", "team/app", CONFIG, None),
    ("HEAD", f"/v2/team/app/blobs/{digest_of(CONFIG)}", None, None),
    ("GET", f"/v2/team/app/blobs/{digest_of(CONFIG)}", None, None),
    ("GET", f"/v2/team/app/blobs/{NOWHERE}", None, None),
    ("PUT", f"/v2/team/app/manifests/{NOWHERE}", MANIFEST, OCI_IMAGE),
    ("PUT", "/v2/team/app/manifests/1.0", b"{", OCI_IMAGE),
    ("POST", f"/v2/team/app/blobs/uploads/?mount={digest_of(LAYER)}&from=none", None, None),
    ("POST", f"/v2/other/blobs/uploads/?mount={digest_of(CONFIG)}&from=team/app", None, None),
    ("UPLOAD", "team/app", LAYER, None),
    ("PUT", "/v2/team/app/manifests/1.0", MANIFEST, OCI_IMAGE),
    ("PUT", "/v2/team/app/manifests/2.0", INDEX, OCI_INDEX),
    ("PUT", f"/v2/team/app/manifests/{digest_of(INDEX)}", INDEX, OCI_INDEX),
    ("HEAD", "/v2/team/app/manifests/1.0", None, None),
    ("GET", "/v2/team/app/manifests/2.0", None, None),
    ("GET", f"/v2/team/app/manifests/{digest_of(MANIFEST)}", None, None),
    ("GET", f"/v2/team/app/manifests/{NOWHERE}", None, None),
    ("GET", "/v2/team/app/manifests/3.0", None, None),
    ("GET", "/v2/team/app/tags/list", None, None),
    ("GET", "/v2/team/app/tags/list?n=1", None, None),
    ("GET", "/v2/team/app/tags/list?n=1&last=1.0", None, None),
    ("GET", "/v2/team/app/tags/list?n=x", None, None),
    ("GET", "/v2/_catalog", None, None),
    ("GET", "/v2/team/app/blobs/uploads/none", None, None),
    ("DELETE", "/v2/team/app/manifests/2.0", None, None),
    ("HEAD", "/v2/team/app/manifests/2.0", None, None),
    ("HEAD", f"/v2/team/app/manifests/{digest_of(INDEX)}", None, None),
    ("DELETE", f"/v2/team/app/manifests/{digest_of(MANIFEST)}", None, None),
    ("HEAD", "/v2/team/app/manifests/1.0", None, None),
    ("DELETE", f"/v2/team/app/manifests/{NOWHERE}", None, None),
    ("DELETE", f"/v2/team/app/blobs/{digest_of(LAYER)}", None, None),
    ("GET", f"/v2/team/app/blobs/{digest_of(LAYER)}", None, None),
]

COMPARED = ("Docker-Content-Digest", "Docker-Distribution-API-Version", "ETag", "Link")


async def answer_to(
    client: aiohttp.ClientSession, method: str, path: str, body: bytes | None, media_type: str | None
) -> dict[str, Any]:
    if method == "UPLOAD":  # in one chunk, at the place that the registry names
        async with client.post(f"/v2/{path}/blobs/uploads/") as begun:
            place = begun.headers["Location"]
        join = "&" if "?" in place else "?"
        method, path = "PUT", f"{place}{join}digest={digest_of(body or b'')}"
    headers = ACCEPT | ({"Content-Type": media_type} if media_type else {})
    data = io.BytesIO(body) if body is not None else None
    async with client.request(method, path, data=data, headers=headers) as response:
        content = await response.read()
        told: dict[str, Any] = {"status": response.status}
        told |= {name: response.headers[name] for name in COMPARED if name in response.headers}
        if response.status >= 400 and method != "HEAD":
            told["codes"] = [each["code"] for each in json.loads(content)["errors"]]
        elif method in {"GET", "HEAD"} and response.status == 200:
            told["body"], told["length"] = content, response.headers["Content-Length"]
            told["type"] = response.content_type
        return told


def comparable(told: dict[str, Any]) -> dict[str, Any]:
    """Without the line break that distribution ends its JSON with, and the error code that it alone gives."""
    if told.get("type") == "application/json":
        return {key: value for key, value in told.items() if key != "length"} | {
            "body": json.loads(told["body"])
        }
    if "NAME_UNKNOWN" in told.get(
        "codes", ()
    ):  # the specification has this code; distribution uses it for lists only
        return told | {"codes": ["MANIFEST_UNKNOWN"]}
    return told


async def test_the_same_questions_get_the_same_answers(tmp_path: Path) -> None:
    with distribution(tmp_path) as theirs, embedded(tmp_path) as ours:
        for step in CONVERSATION:
            told = []
            for server in (theirs, ours):
                async with aiohttp.ClientSession(server.url) as client:
                    told.append(comparable(await answer_to(client, *step)))
            if step[1].endswith("n=1&last=1.0"):  # distribution links to one more page, which is empty
                assert told[0].pop("Link") is not None
            assert told[0] == told[1], f"{step[0]} {step[1]}: distribution, then ours"


async def test_only_ours_answers_404_where_blobs_are_missing(tmp_path: Path) -> None:
    """The specification gives end-7 a 404 for what fails; distribution answers 400, with an error for each blob."""
    told = []
    with distribution(tmp_path) as theirs, embedded(tmp_path) as ours:
        for server in (theirs, ours):
            async with aiohttp.ClientSession(server.url) as client:
                told.append(await answer_to(client, "PUT", "/v2/app/manifests/1.0", MANIFEST, OCI_IMAGE))
    assert [each["status"] for each in told] == [400, 404]
    assert set(told[0]["codes"]) == set(told[1]["codes"]) == {"MANIFEST_BLOB_UNKNOWN"}


@pytest.fixture
async def told_to() -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    events: list[dict[str, Any]] = []

    async def take(request: web.BaseRequest) -> web.StreamResponse:
        assert request.content_type == ENVELOPE
        events.extend((await request.json())["events"])
        return web.Response()

    runner = web.ServerRunner(web.Server(take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/", events
    await runner.cleanup()


def brief(event: dict[str, Any], host: str) -> dict[str, Any]:
    target = {key: value for key, value in event["target"].items() if key not in {"url", "references"}}
    path = event["target"].get("url", "").partition(host)[2]
    return {"action": event["action"], "target": target, "path": path, "method": event["request"]["method"]}


async def events_of(host: str, events: list[dict[str, Any]], last: str) -> list[dict[str, Any]]:
    async with aiohttp.ClientSession(f"http://{host}") as client:
        for step in CONVERSATION:
            await answer_to(client, *step)
    async with asyncio.timeout(PATIENCE):
        while not any(each["action"] == "delete" and each["target"].get("digest") == last for each in events):
            await asyncio.sleep(0.01)
    return [brief(each, host) for each in events]


async def test_the_same_happenings_are_told_the_same_way(
    tmp_path: Path, told_to: tuple[str, list[dict[str, Any]]]
) -> None:
    hook, events = told_to
    last = digest_of(LAYER)
    with distribution(tmp_path, notify=[hook]) as server:
        theirs = await events_of(server.host, events, last)
    events.clear()
    async with EmbeddedRegistry(notify=[hook]) as registry:
        ours = await events_of(registry.host, events, last)
    assert ours == theirs
