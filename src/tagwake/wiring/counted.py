"""Registries and receivers as they are, with what comes of each question and posting counted."""

from dataclasses import dataclass

from tagwake.core.look import Look
from tagwake.core.reference import Stream
from tagwake.ports.event_sink import EventSink, Posting, Receipt
from tagwake.ports.looker import Looker
from tagwake.wiring.tally import Tally


@dataclass(frozen=True, slots=True)
class CountedLooker:
    """Looks, each counted."""

    looker: Looker
    tally: Tally

    async def look(self, stream: Stream, etag: str | None = None) -> Look:
        """What the tag is now."""
        look = await self.looker.look(stream, etag)
        self.tally.looked(stream.registry, look)
        return look


@dataclass(frozen=True, slots=True)
class CountedSink:
    """Attempts to deliver, each counted."""

    sink: EventSink
    tally: Tally

    async def post(self, posting: Posting) -> Receipt:
        """Make one attempt."""
        receipt = await self.sink.post(posting)
        self.tally.posted(receipt)
        return receipt
