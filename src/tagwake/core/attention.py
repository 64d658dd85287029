"""Attention: whether somebody has been looking at a tag all the time."""

from datetime import datetime, timedelta

from tagwake.core.history import Gap

SLACK = timedelta(minutes=5)
"""A look that is later than it was promised by less than this leaves no gap, however short the interval."""


def gap_before(looked_at: datetime | None, promised_at: datetime | None, now: datetime) -> Gap | None:
    """The time in which nobody was looking, where the look at ``now`` comes late.

    It does when more than a whole interval has passed beyond the time that was promised for it: the service was down,
    the registry did not answer, or the tag was not watched.

    :param looked_at: the last look that told anything; ``promised_at`` is when it said that the next would come.
    """
    if looked_at is None or promised_at is None:
        return None
    interval = max(promised_at - looked_at, timedelta(0))
    if now - promised_at <= max(interval, SLACK):
        return None
    return Gap(looked_at, now)
