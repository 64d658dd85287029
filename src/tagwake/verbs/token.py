"""Give an access token."""

from collections.abc import Callable, Iterable
from datetime import datetime

from tagwake.core.access import TOKEN_BYTES, Scope, token_hash, token_text
from tagwake.ports.token_store import TokenStore


def give_token(
    store: TokenStore,
    name: str,
    scopes: Iterable[Scope],
    *,
    random_bytes: Callable[[int], bytes],
    now: datetime,
) -> str:
    """A new token, to be shown once: only its hash is kept.

    :param random_bytes: from a source fit for keys.
    :raises UsageRefused: where the name was given before.
    """
    text = token_text(random_bytes(TOKEN_BYTES))
    store.add(name, token_hash(text), scopes, now=now)
    return text
