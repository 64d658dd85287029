"""Notifications of pushes, pulls, mounts and deletions, in CNCF distribution's envelope (its Notifications page)."""

import asyncio
import contextlib
import uuid
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import msgspec

from tagwake.testing.registry.happening import OCTETS, Happening

ENVELOPE = "application/vnd.docker.distribution.events.v2+json"
_LONGEST_WAIT = 5.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where notifications go: one request an event, in order, tried again until it is taken (2xx or 3xx).

    :param headers: sent along; they may hold secrets.
    :param timeout: seconds for one try.
    :param backoff: seconds before the second try; doubled for each further one, up to 5.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    actions: tuple[str, ...] = ("push", "pull", "mount", "delete")
    timeout: float = 5.0
    backoff: float = 0.1


@dataclass(frozen=True, slots=True)
class Cause:
    """The request that something happened by."""

    method: str
    peer: str
    host: str
    user_agent: str
    account: str


cause: ContextVar[Cause | None] = ContextVar("cause", default=None)
"""The request that is being answered; None where Python changed the store."""


class Notifier:
    """Hands what happens to the endpoints; create it in the running loop."""

    def __init__(self, endpoints: Sequence[Endpoint], base_url: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._base_url = base_url
        self._instance = str(uuid.uuid4())
        self._queues = [(endpoint, asyncio.Queue[dict[str, Any]]()) for endpoint in endpoints]
        self._session = aiohttp.ClientSession()
        self._tasks = [
            self._loop.create_task(self._deliver(endpoint, queue)) for endpoint, queue in self._queues
        ]

    def tell(self, happening: Happening) -> None:
        """Queue it for the endpoints that want it; from any thread."""
        event = envelope_event(happening, cause.get(), self._base_url, self._instance)
        self._loop.call_soon_threadsafe(self._queue, happening.action, event)

    async def delivered(self) -> None:
        """Wait until everything that happened was taken."""
        await asyncio.sleep(0)  # what was told by this loop itself gets into the queues first
        await asyncio.gather(*(queue.join() for _, queue in self._queues))

    async def close(self) -> None:
        """Stop; what was not taken is lost, as it is with distribution."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()

    def _queue(self, action: str, event: dict[str, Any]) -> None:
        for endpoint, queue in self._queues:
            if action in endpoint.actions:
                queue.put_nowait(event)

    async def _deliver(self, endpoint: Endpoint, queue: asyncio.Queue[dict[str, Any]]) -> None:
        while True:
            body = msgspec.json.encode({"events": [await queue.get()]})
            wait = endpoint.backoff
            while not await self._post(endpoint, body):
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
            queue.task_done()

    async def _post(self, endpoint: Endpoint, body: bytes) -> bool:
        headers = {"Content-Type": ENVELOPE, **endpoint.headers}
        timeout = aiohttp.ClientTimeout(total=endpoint.timeout)
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with self._session.post(
                endpoint.url, data=body, headers=headers, timeout=timeout
            ) as answered:
                return answered.status < 400
        return False


def envelope_event(happening: Happening, by: Cause | None, base_url: str, instance: str) -> dict[str, Any]:
    """One event of the envelope; of what was deleted distribution 3 tells the digest or the tag, and empty fields."""
    target: dict[str, Any] = {"repository": happening.repository, "digest": happening.digest or ""}
    if happening.action == "delete":
        target |= {"mediaType": "", "size": 0}
    else:
        kind = "blobs" if happening.media_type == OCTETS else "manifests"
        target |= {
            "mediaType": happening.media_type,
            "size": happening.size,
            "length": happening.size,
            "url": f"{base_url}/v2/{happening.repository}/{kind}/{happening.digest}",
        }
    if happening.tag:
        target["tag"] = happening.tag
    if happening.source:
        target["fromRepository"] = happening.source
    host = base_url.partition("://")[2]
    request: dict[str, Any] = {"id": str(uuid.uuid4())}
    if by is not None:
        request |= {"addr": by.peer, "host": by.host, "method": by.method, "useragent": by.user_agent}
    return {
        "id": str(uuid.uuid4()),
        "timestamp": happening.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "action": happening.action,
        "target": target,
        "request": request,
        "actor": {"name": by.account} if by is not None and by.account else {},
        "source": {"addr": host, "instanceID": instance},
    }
