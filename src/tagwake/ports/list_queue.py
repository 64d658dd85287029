"""Repositories whose list of tags is due: how a watch with a glob learns of new tags."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tagwake.core.reference import Stream


@dataclass(frozen=True, slots=True)
class ListLease:
    """The right to list a repository's tags, for 10 s; it comes with one request of its host's budget.

    :param fence: grows with every claim; a holder of an older one can write nothing.
    """

    registry: str
    repository: str
    fence: int
    until: datetime
    due_at: datetime


class ListQueue(Protocol):
    """The repositories of all watches with globs, and when each is to be listed. Every method is one transaction."""

    def claim_lists(self, limit: int, *, now: datetime) -> tuple[ListLease, ...]:
        """At most ``limit`` repositories that are due, taken for 10 s; none of a paused or used-up host."""
        ...

    def renew_lists(self, leases: Sequence[ListLease], *, now: datetime) -> tuple[ListLease, ...]:
        """Hold these for another 10 s; those that are lost."""
        ...

    def record_list(
        self, lease: ListLease, tags: Collection[str] | None, *, now: datetime, next_due: datetime
    ) -> tuple[Stream, ...]:
        """Take up the listed tags that a watch follows and end the lease.

        :param tags: all tags of the repository; ``None`` where the registry did not tell.
        :returns: those that are new: each is due now.
        :raises tagwake.ports.lease.StaleLease: where another holds the row; nothing is written.
        """
        ...
