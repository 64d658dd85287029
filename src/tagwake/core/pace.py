"""How fast one host may be asked; no clock of its own: the time is passed in."""

_FIRST_INTERVAL = 0.05
_LONGEST_INTERVAL = 5.0
_RECOVERY = 0.9


class Pace:
    """Spaces the requests to one host: evenly when it complains of too many, and not at all when it has asked for rest.

    A complaint doubles the interval, those of requests that were under way with it do not double it again; each
    answer without one shortens it by a tenth, down to ``floor``.
    All times are seconds of one clock that only moves forward.
    """

    __slots__ = ("_floor", "_interval", "_next", "_slower_from")

    def __init__(self, floor: float = 0.0) -> None:
        self._floor = floor
        self._interval = floor
        self._next = 0.0
        self._slower_from = 0.0

    def book(self, now: float) -> float:
        """Seconds until the next request may start; its place is taken by asking."""
        start = max(now, self._next)
        self._next = start + self._interval
        return start - now

    def complained(self, now: float, rest: float) -> None:
        """The host had too many requests, and asks to be left alone for ``rest`` seconds."""
        if now >= self._slower_from:
            self._interval = min(max(2 * self._interval, _FIRST_INTERVAL), _LONGEST_INTERVAL)
            self._slower_from = now + max(rest, self._interval)
        self._next = max(self._next, now + rest)

    def was_content(self) -> None:
        """The host answered without a complaint."""
        if self._interval > self._floor:
            slower = self._interval * _RECOVERY
            self._interval = slower if slower > max(self._floor, _FIRST_INTERVAL / 10) else self._floor
