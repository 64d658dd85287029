"""Asks a service over HTTP, as anybody may."""

import json
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL


@dataclass(frozen=True)
class Service:
    """What a service is asked over HTTP."""

    session: aiohttp.ClientSession
    url: str

    async def ask(self, path: str, **query: str) -> Any:
        async with self.session.get(self.url + path, params=query) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, body: object) -> Any:
        async with self.session.post(self.url + path, json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def feed(self, after: int = 0) -> list[dict[str, Any]]:
        """All of it after a cursor."""
        events: list[dict[str, Any]] = []
        while True:
            told = await self.ask("/api/events", after=str(after), n="1000")
            events += told["events"]
            if not told["events"]:
                return events
            after = told["next"]

    async def moves(self, image: str) -> list[dict[str, Any]]:
        """A tag's history, newest first, page by page."""
        moves: list[dict[str, Any]] = []
        path, query = "/api/history", {"image": image, "n": "1000"}
        while True:
            async with self.session.get(self.url + path, params=query) as answer:
                assert answer.status == 200, await answer.text()
                moves += json.loads(await answer.read())["moves"]
                following = answer.links.get("next")
            if following is None:
                return moves
            target = URL(str(following["url"]))
            path, query = target.path, dict(target.query)
