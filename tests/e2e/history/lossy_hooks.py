"""Notifications on their way from a registry: lost, doubled, held up, out of order, and refused by nobody at home."""

import asyncio
import contextlib
import heapq
import json
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp

KIND = "application/vnd.docker.distribution.events.v2+json"
INDEX = "application/vnd.oci.image.index.v1+json"
LOST, DOUBLED, HELD_UP = 0.04, 0.05, 0.05
LONGEST = 3000
"""Events after which one that was held up arrives, at most."""
MOST = 40
"""Events of one envelope."""
SECRET = "a secret of the registry's"


@dataclass
class LossyHooks:
    """Sends what a registry says, with all that can happen to it; the order is that of chance."""

    session: aiohttp.ClientSession
    url: str
    host: str
    chance: random.Random
    count: int = 0
    lost: int = 0
    doubled: int = 0
    held_up: int = 0
    failed: int = 0
    _number: int = 0
    _ready: list[dict[str, Any]] = field(default_factory=list)
    _later: list[tuple[int, int, dict[str, Any]]] = field(default_factory=list)
    _posts: set["asyncio.Task[None]"] = field(default_factory=set)

    def tell(self, repository: str, tag: str, digest: str | None) -> bool:
        """A tag was set, or deleted; whether the news of it is on its way now."""
        self.count += 1
        event = self.event(repository, tag, digest)
        fate = self.chance.random()
        if fate < LOST:
            self.lost += 1
            return False
        if fate < LOST + HELD_UP:
            self.held_up += 1
            heapq.heappush(self._later, (self.count + self.chance.randrange(LONGEST), self.count, event))
            return False
        if fate < LOST + HELD_UP + DOUBLED:
            self.doubled += 1
            self._ready.append(event)
        self._ready.append(event)
        return True

    def surely(self, repository: str, tag: str, digest: str | None) -> None:
        """The same, and nothing happens to it."""
        self._ready.append(self.event(repository, tag, digest))

    def send(self) -> None:
        """Let go what is ready, and what was held up for long enough."""
        while self._later and self._later[0][0] <= self.count:
            self._ready.append(heapq.heappop(self._later)[2])
        if len(self._posts) > 4:
            return
        self.chance.shuffle(self._ready)
        while self._ready:
            size = self.chance.randrange(1, MOST + 1)
            some, self._ready = self._ready[:size], self._ready[size:]
            task = asyncio.create_task(self._post(some))
            self._posts.add(task)
            task.add_done_callback(self._posts.discard)

    async def flush(self) -> None:
        """Let everything go, and wait until it was taken."""
        self._ready += [event for _, _, event in self._later]
        self._later = []
        while self._ready or self._posts:
            self.send()
            await asyncio.sleep(0.02)

    def event(self, repository: str, tag: str, digest: str | None) -> dict[str, Any]:
        """What CNCF distribution says of it."""
        self._number += 1
        target: dict[str, Any] = {"repository": repository, "tag": tag, "digest": digest or ""}
        if digest:
            target["mediaType"] = INDEX
        return {
            "id": f"event-{self._number}",
            "timestamp": datetime.fromtimestamp(time.time(), UTC).isoformat(),
            "action": "push" if digest else "delete",
            "target": target,
            "request": {"host": self.host},
        }

    async def _post(self, events: list[dict[str, Any]]) -> None:
        headers = {"content-type": KIND, "authorization": SECRET}
        while True:
            with contextlib.suppress(aiohttp.ClientError):  # nobody is at home: a registry tries again
                async with self.session.post(
                    self.url, data=json.dumps({"events": events}), headers=headers
                ) as answer:
                    if answer.status < 500:
                        assert answer.status == 202, await answer.text()
                        return
            self.failed += 1
            await asyncio.sleep(0.2)
