"""Time and chance, handed to the adapters that wait."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Timing:
    """What waiting needs.

    :param now: the time of day, aware, in UTC.
    :param monotonic: seconds of a clock that only moves forward.
    :param sleep: waits that many seconds.
    :param chance: a random number in [0, 1).
    """

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    chance: Callable[[], float]


def system_timing() -> Timing:
    """This machine's clocks and its randomness."""
    return Timing(lambda: datetime.now(UTC), time.monotonic, asyncio.sleep, random.random)  # noqa: TID251 - the clock's own place
