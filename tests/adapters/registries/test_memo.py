import asyncio

import pytest

from tagwake.adapters.registries.memo import Memo


class Question:
    def __init__(self) -> None:
        self.asked = 0
        self.go = asyncio.Event()

    async def __call__(self) -> int:
        self.asked += 1
        asked = self.asked
        await self.go.wait()
        return asked


async def test_a_question_is_asked_once_however_many_ask() -> None:
    memo: Memo[str, int] = Memo()
    question = Question()
    askers = [asyncio.create_task(memo.get("x", question)) for _ in range(50)]
    await asyncio.sleep(0)
    question.go.set()
    assert await asyncio.gather(*askers) == [1] * 50
    assert await memo.get("x", question) == 1
    assert question.asked == 1


async def test_other_questions_are_asked_beside_it() -> None:
    memo: Memo[str, int] = Memo()
    question = Question()
    question.go.set()
    assert [await memo.get(key, question) for key in ("a", "b", "a")] == [1, 2, 1]


async def test_an_asker_that_is_cancelled_takes_nobody_with_it() -> None:
    memo: Memo[str, int] = Memo()
    question = Question()
    first, second, third = (asyncio.create_task(memo.get("x", question)) for _ in range(3))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    question.go.set()
    assert [await second, await third] == [2, 2]
    assert first.cancelled()


async def test_one_that_waits_can_be_cancelled_alone() -> None:
    memo: Memo[str, int] = Memo()
    question = Question()
    first, second = (asyncio.create_task(memo.get("x", question)) for _ in range(2))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.wait([second])
    question.go.set()
    assert await first == 1
    assert second.cancelled()


async def test_a_question_that_fails_may_be_asked_again() -> None:
    memo: Memo[str, int] = Memo()
    question = Question()
    question.go.set()

    async def fail() -> int:
        raise LookupError

    with pytest.raises(LookupError):
        await memo.get("x", fail)
    assert await memo.get("x", question) == 1
