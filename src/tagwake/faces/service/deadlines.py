"""A deadline for many short waits: one timer for all of them, where one for each would cost more than the wait."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class Deadlines:
    """Waits that may last some seconds, and up to half as long again."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._running: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def within(self, wait: Coroutine[Any, Any, Result]) -> Result:
        """What it gives.

        :raises TimeoutError: where it lasts too long.
        """
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        assert task is not None
        self._running[task] = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_later(self._seconds / 2, self._sweep, loop)
        try:
            return await wait
        except asyncio.CancelledError:
            if task in self._late and task.uncancel() == 0:
                raise TimeoutError from None
            raise
        finally:
            self._late.discard(task)
            del self._running[task]

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for task, until in self._running.items():
            if now >= until and task not in self._late:
                self._late.add(task)
                task.cancel()
        self._timer = loop.call_later(self._seconds / 2, self._sweep, loop) if self._running else None
