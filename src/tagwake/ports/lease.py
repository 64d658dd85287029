"""A lease: the right to work on a row that is due, for a time."""

from datetime import timedelta

from tagwake.core.errors import TagwakeError

LEASE = timedelta(seconds=10)
"""How long a claim holds; what its holder leaves undone when it dies is claimed again after that."""
RENEWAL = timedelta(seconds=3)
"""How often a worker that lives renews what it holds."""


class StaleLease(TagwakeError):
    """Another holds the row, or may: the lease has run out, and what was to be written is not."""
