"""A limit on requests: a bucket of tokens that refills evenly."""

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `requests` in `per` seconds, of those whose method is one of `methods`."""

    requests: int
    per: float
    methods: tuple[str, ...] = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class Bucket:
    """The tokens that are left of a limit.

    :param monotonic: seconds that never go back.
    """

    def __init__(self, limit: RateLimit, monotonic: Callable[[], float]) -> None:
        self._limit = limit
        self._monotonic = monotonic
        self._tokens = float(limit.requests)
        self._at = monotonic()

    def wait(self, method: str) -> int:
        """Take a token: 0, or the whole seconds to wait until there is one again (RFC 9110, Retry-After)."""
        if method not in self._limit.methods:
            return 0
        now = self._monotonic()
        rate = self._limit.requests / self._limit.per
        self._tokens = min(float(self._limit.requests), self._tokens + (now - self._at) * rate)
        self._at = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0
        return max(1, math.ceil((1 - self._tokens) / rate))
