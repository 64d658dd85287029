"""Time that passes, and chance: what it takes to wait."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime


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
