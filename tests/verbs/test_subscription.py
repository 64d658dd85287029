from datetime import UTC, datetime

import pytest

from tagwake.core.errors import UsageRefused
from tagwake.core.subscription import Subscription
from tagwake.formats.standard_webhooks import hmac_secret, public_key_of
from tagwake.testing.twins.feed import FeedTwin
from tagwake.testing.twins.subscription_store import SubscriptionStoreTwin
from tagwake.verbs.subscription import add_subscription, change_secret, fault_of_url, signing_key

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def add(store, url="https://receiver.example/hook", *, secret=None, after=None):
    return add_subscription(
        store,
        FeedTwin(),
        Subscription("team", url),
        secret=secret,
        after=after,
        random_bytes=bytes,
        now=NOW,
    )


def test_a_subscription_begins_where_it_is_told_to_and_its_secret_is_told_once():
    store = SubscriptionStoreTwin()
    secret = add(store, after=7)
    assert secret.startswith("whsec_")
    assert store.assigned() == {"team": 7}
    assert [each.reveal() for each in store.secrets("team")] == [secret]
    with pytest.raises(UsageRefused):
        add(store)


def test_a_secret_of_ones_own():
    store = SubscriptionStoreTwin()
    key = signing_key(random_bytes=bytes)
    assert public_key_of(key).startswith("whpk_")
    assert add(store, secret=key) == key
    assert store.assigned() == {"team": 0}


@pytest.mark.parametrize("secret", ["hunter2", "whsec_AAAA", "whsk_x"])
def test_a_secret_that_cannot_sign_is_refused_and_not_shown(secret):
    store = SubscriptionStoreTwin()
    with pytest.raises(UsageRefused) as refusal:
        add(store, secret=secret)
    assert secret not in str(refusal.value)
    assert store.subscriptions() == ()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "receiver.example",
        "ftp://receiver.example/",
        "https://",
        "https://:443/",
        "https://a.example/#x",
        "https://a.example/ b",
        "https://a.example/\n",
        "https://ä.example/",
        "https://[::1/",
        "https://a.example:99999/",
        "https://a.example/" + "x" * 2048,
    ],
)
def test_a_place_to_which_nothing_can_be_posted_is_refused(url):
    with pytest.raises(UsageRefused, match="URL"):
        add(SubscriptionStoreTwin(), url)


def test_a_place_to_which_something_can_be_posted():
    for url in ("http://127.0.0.1:8080", "https://a.example/hook?token=x", "https://[::1]:8/x"):
        assert fault_of_url(url) is None


def change(store, *, secret=None, keep=1, fill=1):
    def random_bytes(count):
        return bytes([fill]) * count

    return change_secret(store, "team", secret=secret, random_bytes=random_bytes, keep=keep)


def test_a_secret_is_changed_while_the_old_one_still_signs():
    store = SubscriptionStoreTwin()
    old = add(store)
    new = change(store)
    assert new not in (None, old)
    assert [each.reveal() for each in store.secrets("team")] == [new, old]
    newest = change(store, fill=2)
    assert [each.reveal() for each in store.secrets("team")] == [newest, new]


def test_a_secret_that_got_out_is_changed_at_once():
    store = SubscriptionStoreTwin()
    add(store)
    new = change(store, keep=0)
    assert [each.reveal() for each in store.secrets("team")] == [new]


def test_the_same_secret_again_changes_nothing():
    store = SubscriptionStoreTwin()
    old = add(store)
    assert change(store, secret=old) == old
    assert [each.reveal() for each in store.secrets("team")] == [old]


def test_a_new_secret_is_of_the_kind_of_the_old_one():
    store = SubscriptionStoreTwin()
    add(store, secret=signing_key(random_bytes=bytes))
    assert change(store).startswith("whsk_")
    assert change(store, secret=hmac_secret(bytes(24))) == hmac_secret(bytes(24))


def test_a_secret_that_cannot_sign_replaces_none():
    store = SubscriptionStoreTwin()
    assert change(store) is None
    old = add(store)
    with pytest.raises(UsageRefused):
        change(store, secret="hunter2")
    assert [each.reveal() for each in store.secrets("team")] == [old]
