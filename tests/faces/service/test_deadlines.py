import asyncio

import pytest

from tagwake.faces.service.deadlines import Deadlines


async def test_a_wait_that_ends_in_time_gives_what_it_gives() -> None:
    deadlines = Deadlines(60)
    assert await asyncio.gather(*(deadlines.within(asyncio.sleep(0, number)) for number in range(3))) == [
        0,
        1,
        2,
    ]


async def test_a_wait_that_does_not_end_is_ended() -> None:
    deadlines = Deadlines(0.01)
    with pytest.raises(TimeoutError):
        await deadlines.within(asyncio.Event().wait())
    assert await deadlines.within(asyncio.sleep(0, "still good")) == "still good"


async def test_only_the_late_one_is_ended() -> None:
    deadlines = Deadlines(0.05)

    async def endless() -> str:
        try:
            await deadlines.within(asyncio.Event().wait())
        except TimeoutError:
            return "late"
        return "early"

    async def many() -> str:
        late = asyncio.create_task(endless())
        while not late.done():
            await deadlines.within(asyncio.sleep(0))
        return await late

    assert await many() == "late"


async def test_a_task_that_somebody_else_ends_is_ended() -> None:
    task = asyncio.create_task(Deadlines(60).within(asyncio.Event().wait()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_what_it_raises_is_raised() -> None:
    async def broken() -> None:
        raise ValueError

    with pytest.raises(ValueError):
        await Deadlines(60).within(broken())
