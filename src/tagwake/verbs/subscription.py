"""Tell somebody of events."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from tagwake.core.errors import InvalidSecret, UsageRefused
from tagwake.core.secret import Secret
from tagwake.core.subscription import Subscription
from tagwake.formats.standard_webhooks import Signer, hmac_secret, private_secret
from tagwake.ports.feed import Feed
from tagwake.ports.subscription_store import SubscriptionStore

SECRET_BYTES = 32
"""Random bytes of a signing secret."""
MAX_URL = 2048

_NO_URL = "its URL is no http:// or https:// with a host"


def add_subscription(
    store: SubscriptionStore,
    feed: Feed,
    subscription: Subscription,
    *,
    secret: str | None,
    after: int | None,
    random_bytes: Callable[[int], bytes],
    now: datetime,
) -> str:
    """Tell somebody of the events after a cursor, or from now on; the secret that signs, to be shown once.

    :param secret: a ``whsec_…`` or ``whsk_…``; where none is given, a symmetric one is made.
    :param after: ``None`` for the newest event there is.
    :param random_bytes: from a source fit for keys.
    :raises UsageRefused: where the name is taken, the URL or the secret cannot be used, or nothing can be sealed.
    """
    fault = fault_of_url(subscription.url)
    if fault is not None:
        raise UsageRefused(f"subscription {subscription.name}: {fault}")
    signing = secret or hmac_secret(random_bytes(SECRET_BYTES))
    try:
        Signer.of((signing,))
    except InvalidSecret as error:
        raise UsageRefused(f"subscription {subscription.name}: {error}") from None
    start = feed.newest() if after is None else after
    store.add(subscription, (Secret(signing),), after=start, now=now)
    return signing


def signing_key(*, random_bytes: Callable[[int], bytes]) -> str:
    """A new Ed25519 key (``whsk_…``): its public half is all that a receiver needs."""
    return private_secret(random_bytes(SECRET_BYTES))


def fault_of_url(url: str) -> str | None:
    """Why nothing could be posted there, one line that does not show the URL; ``None`` where all is well."""
    if len(url) > MAX_URL:
        return f"its URL is longer than {MAX_URL} characters"
    if not url.isascii() or any(each <= " " or each == "\x7f" for each in url):
        return "its URL has characters that a URL cannot have: percent-encode them"
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return "its URL has a fragment, which no server is sent" if parts.fragment else None
    except ValueError:  # a port that is no number, a bracket that does not close
        return _NO_URL
    return _NO_URL


def change_secret(
    store: SubscriptionStore,
    name: str,
    *,
    secret: str | None,
    random_bytes: Callable[[int], bytes],
    keep: int,
) -> str | None:
    """Let another secret sign, beside the newest of those before, so that receivers change over without a refusal.

    :param secret: a ``whsec_…`` or ``whsk_…``; where none is given, one of the kind of the newest is made.
    :param keep: how many of those before go on signing.
    :returns: the new one, to be shown once; ``None`` where there is no such subscription.
    :raises UsageRefused: where the secret cannot be used, or nothing can be sealed or opened.
    """
    before = store.secrets(name)
    if not before:
        return None
    is_asymmetric = before[0].reveal().startswith("whsk_")
    signing = secret or (private_secret if is_asymmetric else hmac_secret)(random_bytes(SECRET_BYTES))
    try:
        Signer.of((signing,))
    except InvalidSecret as error:
        raise UsageRefused(f"subscription {name}: {error}") from None
    kept = [each for each in before if each.reveal() != signing][:keep]
    return signing if store.set_secrets(name, (Secret(signing), *kept)) else None
