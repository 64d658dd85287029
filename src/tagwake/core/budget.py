"""A budget: how many requests a registry host gets, a token bucket."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """Requests to one host by all processes together.

    :param rate: requests a second on average.
    :param burst: requests at most at once, after a time of rest.
    """

    rate: float
    burst: float

    def refilled(self, tokens: float, seconds: float) -> float:
        """What the bucket holds after so many seconds; a clock that went back adds nothing."""
        return min(self.burst, tokens + self.rate * max(seconds, 0.0))

    def granted(self, tokens: float, wanted: int) -> int:
        """How many of the requests that are wanted may be made now."""
        return max(0, min(wanted, int(tokens)))


POLITE = Budget(rate=5.0, burst=20.0)
"""What a host gets of which the operator says nothing."""
