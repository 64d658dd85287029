"""An in-memory twin of the port EventSink: receivers that take what they get, or answer as they are told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from tagwake.ports.event_sink import ANSWER_READ, Posting, Receipt


@dataclass(frozen=True, slots=True)
class Reply:
    """What a receiver of the twin says: a status, ``None`` for a silent one, and more as in an answer."""

    status: int | None = 204
    body: bytes = b""
    rest: float | None = None


@dataclass(slots=True)
class EventSinkTwin:
    """Asks ``reply`` what to say to each posting; ``posted`` holds them all, in the order in which they came."""

    reply: Callable[[Posting], Reply] = lambda _posting: Reply()
    posted: list[Posting] = field(default_factory=list)

    async def post(self, posting: Posting) -> Receipt:
        """See :meth:`tagwake.ports.event_sink.EventSink.post`."""
        self.posted.append(posting)
        reply = self.reply(posting)
        if reply.status is None:
            return Receipt(None, timedelta(), "no answer")
        reason = "" if 200 <= reply.status < 300 else f"the receiver answers {reply.status}"
        return Receipt(reply.status, timedelta(), reason, reply.body[:ANSWER_READ], reply.rest)
