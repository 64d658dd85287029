"""Access tokens: kept as hashes, shown once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from tagwake.core.access import Scope, Token


class TokenStore(Protocol):
    """The tokens of the service by their hashes (:func:`tagwake.core.access.token_hash`), a transaction a method."""

    def add(self, name: str, hashed: bytes, scopes: Iterable[Scope], *, now: datetime) -> Token:
        """Give a token.

        :raises UsageRefused: where the name was given before, be that token revoked.
        """
        ...

    def find(self, hashed: bytes) -> Token | None:
        """The token with this hash, a revoked one too."""
        ...

    def used(self, names: Iterable[str], *, now: datetime) -> None:
        """Note that these were used; told in batches, for it is no matter of seconds."""
        ...

    def revoke(self, name: str, *, now: datetime) -> bool:
        """Let the token open nothing from now on; whether there was a live one of this name."""
        ...

    def tokens(self) -> tuple[Token, ...]:
        """All that were ever given, by name."""
        ...
