"""Whether the process lives (``/healthz``), and whether it can do its work (``/readyz``)."""

import asyncio
import logging

from tagwake.core.errors import TagwakeError
from tagwake.faces.service.asgi import TEXT, Answer, problem
from tagwake.faces.service.logs import say
from tagwake.wiring.service import Service

SILENT = "the database does not answer, or refuses: the service's log says why"
"""What callers are told; where the database is, is not their business."""
PATIENCE = 2.0
"""Seconds that the store may take to answer."""


class Health:
    """Answers both."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._is_leaving = False

    def leave(self) -> None:
        """Say from now on that the process is ending, so that nothing new is sent to it."""
        self._is_leaving = True

    async def answer(self, path: str) -> Answer:
        """The answer to ``/healthz`` or ``/readyz``."""
        if path == "/healthz":
            return Answer(200, b"ok\n", TEXT)
        if self._is_leaving:
            return problem(503, "this process is ending")
        try:
            async with asyncio.timeout(PATIENCE):
                await self._service.call(self._service.feed.newest)
        except TimeoutError:
            return problem(503, f"the database has not answered within {PATIENCE:.0f} s")
        except TagwakeError as error:
            say(logging.WARNING, "the database does not answer", reason=str(error))
            return problem(503, SILENT)
        return Answer(200, b"ready\n", TEXT)
