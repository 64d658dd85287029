import msgspec
import pytest

from tagwake.core.event import EventType
from tagwake.core.image_glob import ImageGlob
from tagwake.core.subscription import Subscription
from tagwake.formats.api.deliveries import (
    SubscriptionRequest,
    subscription_of,
    subscription_request,
)

SUBSCRIPTION = Subscription(
    "team",
    "https://receiver.example/hook",
    frozenset({EventType.MOVED, EventType.DELETED}),
    (ImageGlob("ghcr.io/acme/*"),),
    (ImageGlob("*:nightly"),),
)


def test_a_subscription_is_read_as_it_was_sent():
    request = subscription_request(SUBSCRIPTION, after=5)
    read = msgspec.json.decode(msgspec.json.encode(request), type=SubscriptionRequest)
    assert subscription_of(read) == SUBSCRIPTION
    assert (read.secret, read.after, read.signature) == (None, 5, "hmac")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "a/b"},
        {"name": ""},
        {"types": ["tag.vanished"]},
        {"images": [""]},
        {"after": -1},
        {"after": 2**53},
        {"signature": "none"},
        {"surprise": 1},
    ],
)
def test_a_request_that_makes_no_sense_is_refused(change):
    data = msgspec.json.encode({"name": "team", "url": "https://a.example"} | change)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(data, type=SubscriptionRequest)
