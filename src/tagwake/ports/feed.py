"""The feed of events: append-only, gap-free, in commit order."""

from collections.abc import Sequence
from typing import Protocol

from tagwake.core.event import Event
from tagwake.core.reference import Stream


class Feed(Protocol):
    """What was told, in the order in which it was told; cursors count from 1."""

    def events(self, after: int, limit: int, stream: Stream | None = None) -> tuple[Event, ...]:
        """Events whose cursor is greater than ``after``, in order; a reader that goes on from the last misses none."""
        ...

    def next_events(self, places: Sequence[tuple[Stream, int]], limit: int) -> tuple[tuple[Event, ...], ...]:
        """As :meth:`events`, of many tags at once: of each at most ``limit`` after its own cursor."""
        ...

    def newest_events(
        self, limit: int, stream: Stream | None = None, before: int | None = None
    ) -> tuple[Event, ...]:
        """Events newest first, those whose cursor is smaller than ``before``."""
        ...

    def remarkable(self, limit: int, among: int) -> tuple[Event, ...]:
        """Of the newest ``among`` events those that a person should see, newest first: rollbacks, and immutable tags that changed."""
        ...

    def newest(self) -> int:
        """The cursor of the last event, 0 where there is none."""
        ...
