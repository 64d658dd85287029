"""A subscriber: takes events over HTTP, verifies who sent them, and sometimes refuses one."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import random
from collections.abc import AsyncIterator
from typing import NamedTuple

from aiohttp import web


class Taken(NamedTuple):
    """An event that was taken."""

    image: str
    cursor: int


class Receiver:
    """What a subscriber has taken, in the order in which it did.

    An event is refused once at most: the second time it comes five seconds later, the third would come after minutes.
    While its gate is closed it answers nobody.
    """

    def __init__(self, chance: random.Random, refusals: float) -> None:
        self.taken: list[Taken] = []
        self.refused: set[int] = set()
        self.forged = 0
        self.key = b""
        self.gate = asyncio.Event()
        self.gate.set()
        self._chance = chance
        self._refusals = refusals

    def subscribed(self, secret: str) -> None:
        """The secret that the service told."""
        self.key = base64.b64decode(secret.removeprefix("whsec_"))

    async def take(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one delivery."""
        body = await request.read()
        await self.gate.wait()
        signed = b".".join(
            [request.headers["webhook-id"].encode(), request.headers["webhook-timestamp"].encode(), body]
        )
        mac = base64.b64encode(hmac.digest(self.key, signed, hashlib.sha256)).decode()
        if f"v1,{mac}" not in request.headers["webhook-signature"].split():
            self.forged += 1
            return web.Response(status=401)
        event = json.loads(body)
        cursor = event["data"]["cursor"]
        if cursor not in self.refused and self._chance.random() < self._refusals:
            self.refused.add(cursor)
            return web.Response(status=503)
        self.taken.append(Taken(event["subject"], cursor))
        return web.Response(status=204)


@contextlib.asynccontextmanager
async def receiving(receiver: Receiver) -> AsyncIterator[str]:
    """Serve it in this loop; yields its URL."""
    runner = web.ServerRunner(web.Server(receiver.take, access_log=None), shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/events"
    finally:
        await runner.cleanup()
        await asyncio.sleep(0)
