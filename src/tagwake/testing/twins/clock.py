"""An in-memory twin of the port Clock: it stands still until it is told to go on."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(slots=True)
class ClockTwin:
    """Tells ``moment``, an aware time in UTC."""

    moment: datetime

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.moment

    def pass_by(self, time: timedelta) -> None:
        """Let some time pass."""
        self.moment += time
