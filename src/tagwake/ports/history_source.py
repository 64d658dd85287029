"""Who can be asked where a tag has been: a service, a store, a registry, a repository of code."""

from typing import Protocol, runtime_checkable

from tagwake.core.event import Event
from tagwake.core.reference import Stream
from tagwake.core.resolution import Unresolved
from tagwake.core.tag_log import LogRange, TagLog


class HistorySource(Protocol):
    """One of those that can be asked."""

    @property
    def name(self) -> str:
        """What it is called in a sentence: ``the service https://tagwake.example``."""
        ...

    async def history(self, stream: Stream, asked: LogRange) -> TagLog | Unresolved | None:
        """What it tells of the tag; ``None`` where it knows nothing of it, ``Unresolved`` where it could not be asked."""
        ...

    async def news(self, stream: Stream) -> None:
        """Return when it may be worth asking again: as soon as something happened, or after a while."""
        ...


@runtime_checkable
class ToldEvents(Protocol):
    """A source that has told events and can show all of them."""

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        ...

    async def told(self, stream: Stream) -> tuple[Event, ...] | Unresolved:
        """Every event that was told of the tag, in order."""
        ...
