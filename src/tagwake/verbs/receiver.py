"""One subscriber as deliveries see it: who it is, how much it gets at once, and the tags that are held for it."""

import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tagwake.core.delivery_room import DeliveryRoom
from tagwake.core.errors import TagwakeError
from tagwake.formats.standard_webhooks import Signer
from tagwake.ports.subscription_store import DeliveryLease, SubscriptionStore
from tagwake.verbs.lease_events import LeaseEvents
from tagwake.verbs.telling import Recipient

_log = logging.getLogger("tagwake.deliver")


@dataclass(slots=True)
class Receiver:
    """One subscriber's room and queue: nobody else waits in it.

    :param active: tags that it is being told of.
    :param resting_until: nothing is posted until then, because it asked for rest.
    """

    recipient: Recipient
    room: DeliveryRoom = field(default_factory=DeliveryRoom)
    waiting: deque["Held"] = field(default_factory=deque)
    active: int = 0
    resting_until: datetime | None = None

    @property
    def wanted(self) -> int:
        """Tags to claim; few at a time are worth no transaction."""
        free = self.room.free
        return free if free >= self.room.limit else 0


@dataclass(slots=True)
class Held:
    """A lease in our hands.

    :param until: how long it holds.
    :param is_lost: another has it.
    """

    lease: DeliveryLease
    receiver: Receiver
    until: datetime
    events: LeaseEvents
    is_lost: bool = False


def recipients_of(store: SubscriptionStore) -> Mapping[str, Recipient]:
    """Who is told, and what signs for them; one whose secrets cannot be read is left out, and the log says so."""
    recipients = {}
    for subscription in store.subscriptions():
        try:
            secrets = [secret.reveal() for secret in store.secrets(subscription.name)]
            recipients[subscription.name] = Recipient(subscription, Signer.of(secrets))
        except TagwakeError as error:
            _log.error("subscription %s cannot be told anything: %s", subscription.name, error)
    return recipients
