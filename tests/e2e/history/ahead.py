"""The command with a clock that is ahead: `python ahead.py SECONDS serve …`, for a service that was down for long."""

import sys
from dataclasses import replace
from datetime import timedelta

from tagwake.adapters.timing import system_timing
from tagwake.entry.main import main
from tagwake.ports.timing import Timing
from tagwake.wiring import service


def ahead(seconds: float) -> Timing:
    """The system's time, so much later."""
    real = system_timing()
    return replace(real, now=lambda: real.now() + timedelta(seconds=seconds))


if __name__ == "__main__":
    clock = ahead(float(sys.argv.pop(1)))
    vars(service)["system_timing"] = lambda: clock
    sys.exit(main())
