"""When a delivery that was refused is tried again, and when it is given up.

The delays are those of Standard Webhooks 1.0.0 ("Deliverability and reliability"): ten attempts in 75 h 35 min 5 s.
"""

from datetime import datetime, timedelta
from itertools import accumulate

DELAYS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24)))
)
"""The time between an attempt and the next; the first attempt is made at once."""
ATTEMPTS = len(DELAYS) + 1
LONGEST_REST = DELAYS[-1]
"""The most that a receiver's ``Retry-After`` is obeyed."""
JITTER = 0.1
"""The part of a delay by which chance lengthens it, so that what failed together does not come back together."""
SHORTEST = tuple(accumulate(DELAYS))[-1]
"""The time from the first attempt to the last: nothing is given up before."""


def next_attempt(failed: int, now: datetime, asked: float | None, chance: float) -> datetime | None:
    """When to try again, or ``None`` to give up.

    :param failed: attempts made so far for this event, all of which failed; at least one.
    :param now: when the last of them ended.
    :param asked: seconds that the receiver asks to be left alone (``Retry-After``): it lengthens a delay to a day at
        the most, and never shortens one.
    :param chance: a random number in [0, 1).
    """
    if failed >= ATTEMPTS:
        return None
    delay = DELAYS[failed - 1]
    if asked is not None:
        delay = max(delay, timedelta(seconds=min(asked, LONGEST_REST.total_seconds())))
    return now + delay * (1 + JITTER * chance)
