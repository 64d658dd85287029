"""An in-memory twin of the port Feed: the events in a list."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from tagwake.core.event import Event, is_broken_promise
from tagwake.core.event_chain import START
from tagwake.core.reference import Stream
from tagwake.core.telling import Telling, event_of


@dataclass(slots=True)
class FeedTwin:
    """What was told: ``told``, in the order of cursors, which count from 1."""

    told: list[Event] = field(default_factory=list)

    def events(self, after: int, limit: int, stream: Stream | None = None) -> tuple[Event, ...]:
        """See :meth:`tagwake.ports.feed.Feed.events`."""
        return tuple(islice((event for event in self.told[after:] if stream in {None, event.stream}), limit))

    def next_events(self, places: Sequence[tuple[Stream, int]], limit: int) -> tuple[tuple[Event, ...], ...]:
        """See :meth:`tagwake.ports.feed.Feed.next_events`."""
        return tuple(self.events(after, limit, stream) for stream, after in places)

    def newest_events(
        self, limit: int, stream: Stream | None = None, before: int | None = None
    ) -> tuple[Event, ...]:
        """See :meth:`tagwake.ports.feed.Feed.newest_events`."""
        older = self.told if before is None else self.told[: max(before - 1, 0)]
        return tuple(islice((event for event in reversed(older) if stream in {None, event.stream}), limit))

    def remarkable(self, limit: int, among: int) -> tuple[Event, ...]:
        """See :meth:`tagwake.ports.feed.Feed.remarkable`."""
        newest = self.newest_events(among)
        return tuple([event for event in newest if event.rollback or is_broken_promise(event)][:limit])

    def newest(self) -> int:
        """See :meth:`tagwake.ports.feed.Feed.newest`."""
        return len(self.told)

    def tell(
        self, stream: Stream, tellings: Sequence[Telling], *, immutable: bool, now: datetime
    ) -> tuple[Event, ...]:
        """Append events."""
        for telling in tellings:
            before = self.newest_events(1, stream)
            previous = before[0].chain if before else START
            self.told.append(
                event_of(stream, telling, len(self.told) + 1, previous, immutable=immutable, now=now)
            )
        return tuple(self.told[len(self.told) - len(tellings) :])
