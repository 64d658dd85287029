"""Take up the feed: find out which tags each subscription is to be told of."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from itertools import groupby

from tagwake.ports.feed import Feed
from tagwake.ports.subscription_store import SubscriptionStore

FEED_PIECE = 1000
"""Rows of the feed that are taken up at once."""


def take_up(store: SubscriptionStore, feed: Feed, *, now: datetime) -> AbstractSet[str]:
    """Take up a piece of the feed for each subscription that is behind it: tags that it wants become due.

    :returns: their names; nobody is behind where there are none.
    """
    newest = feed.newest()
    behind = sorted((after, name) for name, after in store.assigned().items() if after < newest)
    if not behind:
        return frozenset()
    subscriptions = {each.name: each for each in store.subscriptions()}
    taken: set[str] = set()
    for after, names in groupby(behind, key=lambda each: each[0]):
        events = feed.events(after, FEED_PIECE)
        for _, name in names:
            if events and (subscription := subscriptions.get(name)):
                wanted = {event.stream: event.cursor for event in events if subscription.wants(event)}
                store.assign(name, after, events[-1].cursor, wanted, now=now)
                taken.add(name)
    return taken
