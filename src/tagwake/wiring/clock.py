"""The clock that everybody is given."""

from datetime import date, datetime

from tagwake.adapters.clock import SystemClock


def today() -> date:
    """The date now, in UTC: everybody who reads one ``tagwake.toml`` sees a hold end at the same moment."""
    return SystemClock().now().date()


def moment() -> datetime:
    """This moment, in UTC."""
    return SystemClock().now()
