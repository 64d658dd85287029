"""The machine's clock."""

from datetime import UTC, datetime


class SystemClock:
    """Tells the machine's time, in UTC; a :class:`tagwake.ports.clock.Clock`."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - this is the clock port
