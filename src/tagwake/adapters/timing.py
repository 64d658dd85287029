"""This machine's clocks and its randomness."""

import asyncio
import random
import time
from datetime import UTC, datetime

from tagwake.ports.timing import Timing


def system_timing() -> Timing:
    """The clocks and the chance of this machine, for whatever waits."""
    return Timing(_now, time.monotonic, asyncio.sleep, random.random)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - where the time comes from
