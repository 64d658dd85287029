"""Watches: which tags the service follows, and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tagwake.core.history import Gap
from tagwake.core.reference import Stream
from tagwake.core.watch_pattern import WatchPattern


@dataclass(frozen=True, slots=True)
class Watch:
    """A pattern that is followed.

    :param by: who added it: the name of a token, a user of this machine, ``watch from <path>``.
    :param streams: how many tags are followed that it covers.
    """

    pattern: WatchPattern
    by: str
    added_at: datetime
    streams: int = 0


class WatchStore(Protocol):
    """What is followed. Every method is one whole transaction."""

    def watch(self, patterns: Iterable[WatchPattern], *, by: str, now: datetime) -> int:
        """Follow these; tags that are known and fit are due now, and repositories of globs are due to be listed.

        :returns: how many are new. A pattern that is followed already keeps who added it, and when; only whether
            signatures are meant may change.
        """
        ...

    def unwatch(self, pattern: WatchPattern) -> bool:
        """Follow this no more; tags that no other watch covers rest, and their history stays.

        :returns: whether it was followed.
        """
        ...

    def watches(self) -> tuple[Watch, ...]:
        """All of them, by registry, repository and glob."""
        ...

    def watched(self, limit: int, after: Stream | None = None) -> tuple[Stream, ...]:
        """Tags that are followed, by registry, repository and name, those after ``after``."""
        ...

    def is_watched(self, stream: Stream) -> bool:
        """Whether the tag is followed."""
        ...

    def gaps(self, stream: Stream) -> tuple[Gap, ...]:
        """The times in which nobody looked at a tag that was followed before and after, oldest first."""
        ...
