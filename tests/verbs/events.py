"""Events for tests of deliveries, and what a receiver got of them."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from tagwake.core.digest import Digest
from tagwake.core.event import Event, EventType
from tagwake.core.reference import Stream
from tagwake.core.secret import Secret
from tagwake.core.subscription import Subscription
from tagwake.formats.standard_webhooks import hmac_secret
from tagwake.ports.event_sink import Posting
from tagwake.ports.subscription_store import SubscriptionStore
from tagwake.testing.twins.feed import FeedTwin

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECRET = hmac_secret(bytes(range(32)))


def stream(tag: str) -> Stream:
    return Stream("docker.io", "library/app", tag)


def append(feed: FeedTwin, tags: Iterable[str], type_: EventType = EventType.MOVED) -> None:
    """One event a tag."""
    for tag in tags:
        cursor = len(feed.told) + 1
        before = feed.newest_events(1, stream(tag))
        event = Event(
            cursor=cursor,
            type=type_,
            stream=stream(tag),
            digest=Digest("sha256", f"{cursor:064x}"),
            previous=before[0].digest if before else None,
            seen_at=NOW + timedelta(seconds=cursor),
            not_before=None,
            claimed_at=None,
            how="poll",
            rollback=False,
            immutable=False,
            recorded_at=NOW,
            chain=f"{cursor:064x}",
        )
        feed.told.append(event)


def subscribe(
    store: SubscriptionStore, name: str = "ops", url: str = "", *, after: int = 0, **filters: object
) -> None:
    subscription = Subscription(name, url or f"https://{name}.example/hook", **filters)  # type: ignore[arg-type]
    store.add(subscription, [Secret(SECRET)], after=after, now=NOW)


def told(posting: Posting) -> tuple[str, int]:
    """Tag and cursor of an event that was posted."""
    data = json.loads(posting.body)["data"]
    return data["image"].rpartition(":")[2], data["cursor"]
