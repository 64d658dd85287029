"""Each question asked once: its answer is kept, and whoever asks meanwhile waits for it."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Memo(Generic[Key, Value]):
    """Answers by question. An asker that is cancelled takes nobody with it: the next in line asks again."""

    def __init__(self) -> None:
        self._answers: dict[Key, Value] = {}
        self._waiting: dict[Key, list[asyncio.Future[None]]] = {}

    def peek(self, key: Key) -> Value | None:
        """The answer to ``key`` where it is known already."""
        return self._answers.get(key)

    async def get(self, key: Key, ask: Callable[[], Awaitable[Value]]) -> Value:
        """The answer to ``key``, from ``ask`` unless someone has asked before."""
        while key not in self._answers:
            waiting = self._waiting.get(key)
            if waiting is not None:
                turn = asyncio.get_running_loop().create_future()
                waiting.append(turn)
                await turn
                continue
            self._waiting[key] = waiting = []
            try:
                self._answers[key] = await ask()
            finally:
                del self._waiting[key]
                for turn in waiting:
                    if not turn.done():
                        turn.set_result(None)
        return self._answers[key]
