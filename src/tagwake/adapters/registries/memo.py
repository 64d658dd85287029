"""Each question asked once: its answer is kept, and whoever asks meanwhile waits for it."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Memo(Generic[Key, Value]):
    """Answers by question. An asker that is cancelled takes nobody with it: the next in line asks again."""

    def __init__(self) -> None:
        self._answers: dict[Key, asyncio.Future[Value]] = {}

    async def get(self, key: Key, ask: Callable[[], Awaitable[Value]]) -> Value:
        """The answer to ``key``, from ``ask`` unless someone has asked before."""
        while (pending := self._answers.get(key)) is not None:
            if pending.done():
                return pending.result()
            await asyncio.wait((pending,))
            if not pending.cancelled():
                return pending.result()
        mine = self._answers[key] = asyncio.get_running_loop().create_future()
        try:
            answer = await ask()
        except BaseException:
            del self._answers[key]
            mine.cancel()
            raise
        mine.set_result(answer)
        return answer
