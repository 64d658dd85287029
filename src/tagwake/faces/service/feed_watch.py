"""Waits for events: readers of the feed are told of news together, by one question to the store for all of them."""

import asyncio
import logging

from tagwake.core.errors import TagwakeError
from tagwake.core.event import Event
from tagwake.core.reference import Stream
from tagwake.faces.service.logs import say
from tagwake.wiring.service import Service

PULSE = 0.25
"""Seconds between two looks for news, while somebody waits."""


class FeedWatch:
    """Long polls of the feed."""

    def __init__(self, service: Service, *, pulse: float = PULSE) -> None:
        self._service, self._pulse = service, pulse
        self._news = asyncio.Event()
        self._waiting = 0
        self._beat: asyncio.Task[None] | None = None
        self._is_closed = False

    async def events(
        self, after: int, limit: int, stream: Stream | None, wait: float
    ) -> tuple[tuple[Event, ...], int]:
        """Events after the cursor, as soon as there is one or ``wait`` seconds are over; and the newest cursor of all."""
        loop = asyncio.get_running_loop()
        end = loop.time() + wait
        while True:
            news = self._news
            events, newest = await self._service.call(self._read, after, limit, stream)
            left = end - loop.time()
            if events or left <= 0 or self._is_closed:
                return events, newest
            await self._wait(news, newest, left)

    def close(self) -> None:
        """Send all home who wait."""
        self._is_closed = True
        self._tell()

    def _read(self, after: int, limit: int, stream: Stream | None) -> tuple[tuple[Event, ...], int]:
        """The newest cursor is read first: it is never beyond what a reader of these events could know."""
        newest = self._service.feed.newest()
        return self._service.feed.events(after, limit, stream), newest

    async def _wait(self, news: asyncio.Event, newest: int, seconds: float) -> None:
        self._waiting += 1
        if self._beat is None or self._beat.done():
            self._beat = asyncio.create_task(self._look_for_news(newest))
        try:
            async with asyncio.timeout(seconds):
                await news.wait()
        except TimeoutError:
            return
        finally:
            self._waiting -= 1

    async def _look_for_news(self, newest: int) -> None:
        try:
            while self._waiting and not self._is_closed:
                await asyncio.sleep(self._pulse)
                found = await self._service.call(self._service.feed.newest)
                if found != newest:
                    newest = found
                    self._tell()
        except TagwakeError as error:
            say(logging.WARNING, "the feed cannot be read", reason=str(error))
        finally:
            self._tell()  # of a store that fails each reader is told by its own question

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()
