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

    async def get(self, key: Key, ask: Callable[[], Awaitable[Value]]) -> Value:
        """The answer to ``key``, from ``ask`` unless someone has asked before."""
        while key not in self._answers:
            waiting = self._waiting.get(key)
            if waiting is None:
                return await self._ask(key, ask)
            turn = asyncio.get_running_loop().create_future()
            waiting.append(turn)
            await turn
        return self._answers[key]

    async def _ask(self, key: Key, ask: Callable[[], Awaitable[Value]]) -> Value:
        self._waiting[key] = []
        try:
            answer = self._answers[key] = await ask()
        finally:
            for turn in self._waiting.pop(key):
                if not turn.done():
                    turn.set_result(None)
        return answer
