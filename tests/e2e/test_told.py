"""`tagwake serve` and `tagwake worker` tell a real receiver, where the operator lets them, and say so where not."""

import asyncio
import base64
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import standardwebhooks
from aiohttp import web
from tests.adapters.scripted import serving
from tests.verbs.events import stream

from tagwake.adapters.stores.engine import open_engine
from tagwake.adapters.stores.history import DatabaseHistory
from tagwake.adapters.timing import system_timing
from tagwake.core.digest import Digest
from tagwake.core.sighting import Sighting

pytestmark = pytest.mark.e2e

MAIN = "import sys; from tagwake.entry.main import main; sys.exit(main())"


@contextlib.asynccontextmanager
async def running(folder: Path, *arguments: str) -> AsyncIterator[dict[str, Any]]:
    """A process of the service; gives what it says when it is up."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TAGWAKE_")}
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        MAIN,
        *arguments,
        cwd=folder,
        env={
            **kept,
            "HOME": str(folder),
            "TAGWAKE_STATE_DIR": str(folder / "state"),
            "TAGWAKE_SECRET_KEY": base64.b64encode(bytes(32)).decode(),
            "TAGWAKE_PUBLIC_URL": "https://tagwake.example",
            "HTTPS_PROXY": "http://127.0.0.1:1",
            "HTTP_PROXY": "http://127.0.0.1:1",
        },
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert child.stderr is not None
        said = await child.stderr.readline()
        up: dict[str, Any] = json.loads(said)
        assert up["level"] == "info", up
        yield up
        child.send_signal(signal.SIGTERM)
        rest = await child.stderr.read()
        assert await child.wait() == 0, rest
        assert b'"level": "error"' not in rest, rest
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


def move(folder: Path, tags: str) -> None:
    """What a look would record."""
    engine = open_engine(f"sqlite:///{folder}/state/tagwake.db")
    history, now = DatabaseHistory(engine), system_timing().now()
    for number, tag in enumerate(tags):
        seen_at = now + timedelta(milliseconds=number)
        history.record(Sighting(stream(tag), seen_at, Digest("sha256", f"{number:064x}"), "poll"), now=now)
    engine.dispose()


async def subscribe(url: str, receiver: str) -> str:
    body = {"name": "ops", "url": f"http://{receiver}/hook?token=s3cret"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/api/subscriptions", json=body) as answer,
    ):
        assert answer.status == 201, await answer.text()
        secret: str = (await answer.json())["secret"]
        return secret


@pytest.mark.parametrize("who", ["serve", "worker"])
async def test_what_happens_is_told(tmp_path: Path, who: str) -> None:
    got: list[tuple[dict[str, str], bytes]] = []
    all_there = asyncio.Event()

    async def take(request: web.BaseRequest) -> web.StreamResponse:
        headers = {name.lower(): text for name, text in request.headers.items()}
        got.append((headers, await request.read()))
        if len(got) == 4:
            all_there.set()
        return web.Response(status=204)

    (tmp_path / "tagwake-service.toml").write_text('[egress]\nallow = ["127.0.0.1"]\n')
    arguments = ["serve", "--listen", "127.0.0.1:0"]
    async with serving(take) as receiver:
        async with running(tmp_path, *arguments) as service:
            secret = await subscribe(service["url"], receiver.host)
        if who == "worker":
            arguments = ["worker", "--only", "deliver"]
        move(tmp_path, "aba")
        async with running(tmp_path, *arguments), asyncio.timeout(60):
            while len(got) < 3:
                await asyncio.sleep(0.05)
            move(tmp_path, "c")
            await all_there.wait()
    for headers, body in got:
        event = standardwebhooks.Webhook(secret).verify(body, headers)
        assert (event["id"], event["source"]) == (headers["webhook-id"], "https://tagwake.example")
        assert headers["content-type"] == "application/cloudevents+json"
    told = [json.loads(body)["data"] for _, body in got]
    assert [event["type"] for event in told if event["image"].endswith(":a")] == ["tag.created", "tag.moved"]
    assert {event["cursor"] for event in told} == {1, 2, 3, 4}


async def test_without_the_operators_word_nothing_is_posted_here(tmp_path: Path) -> None:
    async def take(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=204)

    async with (
        serving(take) as receiver,
        running(tmp_path, "serve", "--listen", "127.0.0.1:0") as service,
        aiohttp.ClientSession() as session,
    ):
        await subscribe(service["url"], receiver.host)
        move(tmp_path, "a")
        async with asyncio.timeout(60):
            attempts: list[dict[str, Any]] = []
            while not attempts:
                async with session.get(f"{service['url']}/api/subscriptions/ops/attempts") as answer:
                    attempts = (await answer.json())["attempts"]
                await asyncio.sleep(0.05)
        assert receiver.requests == []
    assert attempts[0]["reason"] == (
        f"{receiver.host} is on a private address: name it in `allow` of [egress], if it is yours"
    )
