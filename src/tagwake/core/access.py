"""Who may do what: tokens of the service and their scopes."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

TOKEN_PREFIX = "tagwake_"  # noqa: S105  # what a token begins with, so that scanners for leaked secrets know it
TOKEN_BYTES = 32
"""Random bytes of a token."""


class Scope(StrEnum):
    """What a token allows."""

    READ = "read"
    """See history, events, watches, deliveries."""
    HOOK = "hook"
    """Send hints."""
    WRITE = "write"
    """Change watches, sources, subscriptions; import; and all that ``read`` allows."""
    ADMIN = "admin"
    """Give and revoke tokens; and all that the others allow."""


_IMPLIED = {
    Scope.READ: frozenset({Scope.READ}),
    Scope.HOOK: frozenset({Scope.HOOK}),
    Scope.WRITE: frozenset({Scope.WRITE, Scope.READ}),
    Scope.ADMIN: frozenset(Scope),
}


def allowed(scopes: Iterable[Scope]) -> frozenset[Scope]:
    """All that these scopes allow, what they imply included."""
    return frozenset().union(*(_IMPLIED[scope] for scope in scopes))


@dataclass(frozen=True, slots=True)
class Token:
    """An access token as it is kept: everything but the token itself.

    :param name: what people call it; unique among all that were ever given, so that a log line means one.
    :param scopes: as given; :meth:`allows` knows what they imply.
    :param last_used_at: to the minute or so; ``None`` where it never was.
    """

    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None

    def allows(self, scope: Scope) -> bool:
        """Whether it allows this; a revoked one allows nothing."""
        return self.is_live and scope in allowed(self.scopes)


def token_text(random: bytes) -> str:
    """A token to show once: a prefix and 256 random bits, in the alphabet of URLs.

    :param random: 32 bytes from a source fit for keys.
    """
    if len(random) != TOKEN_BYTES:
        raise ValueError(f"a token is made of {TOKEN_BYTES} random bytes, not {len(random)}")
    return TOKEN_PREFIX + base64.urlsafe_b64encode(random).rstrip(b"=").decode()


def token_hash(text: str) -> bytes:
    """What is kept of a token: its SHA-256.

    A slow hash would protect nothing here: nobody can guess 256 random bits, fast or slow, while every request pays
    for it. Looking a hash up by equality tells by its duration at most the beginning of a hash, from which no token
    follows.
    """
    import hashlib  # start-up pays for it only where bytes are hashed

    return hashlib.sha256(text.encode()).digest()
