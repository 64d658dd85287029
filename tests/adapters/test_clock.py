"""The machine's clock is aware, and in UTC."""

import time
from datetime import timedelta

from tagwake.adapters.clock import SystemClock


def test_it_tells_the_time_in_utc() -> None:
    before = time.time()
    now = SystemClock().now()
    assert before - 0.001 <= now.timestamp() <= time.time() + 0.001
    assert now.utcoffset() == timedelta(0)
