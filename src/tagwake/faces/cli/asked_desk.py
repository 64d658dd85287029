"""Runs a step at the desk of the service: the one that is named, else the database of this machine."""

import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tagwake.ports.service_desk import ServiceDesk

Result = TypeVar("Result")


def at_desk(step: Callable[[ServiceDesk], Awaitable[Result]]) -> Result:
    """What the step gives.

    :raises UsageRefused: where the desk refuses, or there is none.
    :raises StoreFailed: where it cannot be asked.
    """
    import asyncio

    from tagwake.wiring.service_desk import open_desk

    async def whole() -> Result:
        async with open_desk(os.environ) as desk:
            return await step(desk)

    return asyncio.run(whole())
