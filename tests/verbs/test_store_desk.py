"""The service's own database as a desk; what both desks do alike is in tests/contracts/test_service_desk.py."""

import os
from datetime import UTC, datetime

import pytest

from tagwake.core.access import Scope
from tagwake.core.errors import UsageRefused
from tagwake.core.subscription import Subscription
from tagwake.core.watch_pattern import WatchPattern
from tagwake.testing.twins.feed import FeedTwin
from tagwake.testing.twins.history_store import HistoryStoreTwin
from tagwake.testing.twins.source_store import SourceStoreTwin
from tagwake.testing.twins.subscription_store import SubscriptionStoreTwin
from tagwake.testing.twins.token_store import TokenStoreTwin
from tagwake.testing.twins.watch_store import WatchStoreTwin
from tagwake.verbs.store_desk import StoreDesk

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def desk():
    feed = FeedTwin()
    return StoreDesk(
        history=HistoryStoreTwin(feed),
        feed=feed,
        watches=WatchStoreTwin(),
        sources=SourceStoreTwin(),
        subscriptions=SubscriptionStoreTwin(),
        tokens=TokenStoreTwin(),
        by="ada",
        now=lambda: NOW,
        random_bytes=os.urandom,
    )


async def test_a_watch_says_who_added_it_and_when(desk):
    await desk.watch([WatchPattern.parse("debian:12")])
    ((watch),) = await desk.watches()
    assert (watch.by, watch.added_at) == ("ada", NOW)


async def test_a_tokens_name_is_given_once_and_for_ever(desk):
    await desk.give_token("ci", [Scope.READ])
    with pytest.raises(UsageRefused):
        await desk.give_token("ci", [Scope.READ])
    assert await desk.revoke_token("ci")
    assert not await desk.revoke_token("ci")
    assert [each.is_live for each in await desk.tokens()] == [False]


async def test_a_secret_of_ones_own_is_kept(desk):
    secret = "whsec_" + "A" * 43 + "="
    key = await desk.subscribe(
        Subscription("chat", "https://chat.example/"), secret=secret, after=None, signature="ed25519"
    )
    assert (key.secret, key.public_key) == (secret, None)
