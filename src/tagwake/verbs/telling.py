"""One tag's events, told to one subscriber in their order, until it refuses one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tagwake.core.event import Event
from tagwake.core.retry_schedule import LONGEST_REST, SHORTEST, next_attempt
from tagwake.core.subscription import Subscription
from tagwake.formats.cloudevents import MEDIA_TYPE, encode, event_id
from tagwake.formats.standard_webhooks import Signer
from tagwake.ports.event_sink import EventSink, Posting, Receipt
from tagwake.ports.subscription_store import Attempt, DeadLetter, DeliveryLease, Progress
from tagwake.ports.timing import Timing
from tagwake.verbs.lease_events import LeaseEvents

GONE = 410
TOO_MANY = 429
SHORTEST_REST = timedelta(seconds=1)
"""How long nothing is sent to a receiver that has too many requests and does not say for how long."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A subscription, and what signs for it."""

    subscription: Subscription
    signer: Signer


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a lease.

    :param receipt: the last one; ``None`` where nothing was posted.
    :param rest_until: when the receiver takes requests again, where it said that it has too many.
    """

    progress: Progress
    receipt: Receipt | None = None
    rest_until: datetime | None = None

    @property
    def is_gone(self) -> bool:
        """Whether the receiver said that it is there no longer (410)."""
        return self.receipt is not None and self.receipt.status == GONE


@dataclass(frozen=True, slots=True)
class Teller:
    """Posts events.

    :param source: a URI that names the service (:func:`tagwake.formats.cloudevents.encode`).
    """

    sink: EventSink
    timing: Timing
    source: str

    async def tell(
        self,
        lease: DeliveryLease,
        events: LeaseEvents,
        recipient: Recipient,
        may_go_on: Callable[[], bool],
    ) -> Told:
        """Post events one after the other, until one is refused.

        :param may_go_on: asked before each posting: whether the lease still holds, and nobody wants to stop.
        """
        told, attempts, since = lease.told, lease.attempts, lease.failing_since
        tried: list[Attempt] = []
        receipt = None
        for event in events.events:
            if lease.only is not None or recipient.subscription.wants(event):
                if not may_go_on():
                    due = self.timing.now()
                    return Told(Progress(lease, told, due, attempts, since, tuple(tried)), receipt)
                receipt, attempt = await self._post(event, recipient, attempts + 1)
                tried.append(attempt)
                if receipt.reason:
                    return self._refused(lease, receipt, tried, told=told, since=since)
            told, attempts, since = event.cursor, 0, None
        if events.are_all:
            return Told(Progress(lease, lease.until, None, tried=tuple(tried)), receipt)
        return Told(Progress(lease, told, self.timing.now(), tried=tuple(tried)), receipt)

    async def _post(self, event: Event, recipient: Recipient, number: int) -> tuple[Receipt, Attempt]:
        at = self.timing.now()
        body = encode(event, self.source)
        headers = {"Content-Type": MEDIA_TYPE, **recipient.signer.headers(event_id(event), at, body)}
        receipt = await self.sink.post(Posting(recipient.subscription.url, headers, body))
        attempt = Attempt(
            recipient.subscription.name,
            event.stream,
            event.cursor,
            number,
            at,
            receipt.duration,
            receipt.status,
            receipt.reason,
            receipt.answer,
        )
        return receipt, attempt

    def _refused(
        self,
        lease: DeliveryLease,
        receipt: Receipt,
        tried: Sequence[Attempt],
        *,
        told: int,
        since: datetime | None,
    ) -> Told:
        attempt = tried[-1]
        now = self.timing.now()
        number, failing_since = attempt.number, since or attempt.at
        rest_until = None
        due: datetime | None
        if receipt.status == GONE:
            due, number = (
                now,
                number - 1,
            )  # the receiver refuses everything, and this event no more than others
        elif receipt.status == TOO_MANY:
            number -= 1
            rest_until = now + _rest(receipt.rest)
            due = None if now - failing_since >= SHORTEST else rest_until
        else:
            due = next_attempt(number, now, receipt.rest, self.timing.chance())
        if due is not None:
            progress = Progress(lease, told, due, number, failing_since, tuple(tried))
        else:
            letter = DeadLetter(
                lease.subscription, lease.stream, attempt.cursor, receipt.reason, attempt.number, now
            )
            is_last = attempt.cursor >= lease.until
            progress = Progress(
                lease, attempt.cursor, None if is_last else now, tried=tuple(tried), dead=(letter,)
            )
        return Told(progress, receipt, rest_until)


def _rest(asked: float | None) -> timedelta:
    if asked is None:
        return SHORTEST_REST
    return max(SHORTEST_REST, timedelta(seconds=min(asked, LONGEST_REST.total_seconds())))
