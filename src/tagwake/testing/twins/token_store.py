"""An in-memory twin of the port TokenStore."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from tagwake.core.access import Scope, Token
from tagwake.core.errors import UsageRefused


@dataclass(slots=True)
class TokenStoreTwin:
    """Tokens in a table, by their hashes."""

    by_hash: dict[bytes, Token] = field(default_factory=dict, repr=False)

    def add(self, name: str, hashed: bytes, scopes: Iterable[Scope], *, now: datetime) -> Token:
        """See :meth:`tagwake.ports.token_store.TokenStore.add`."""
        if any(token.name == name for token in self.by_hash.values()):
            raise UsageRefused(f"token {name}: this name was given before; choose another")
        token = Token(name, frozenset(scopes), now)
        self.by_hash[hashed] = token
        return token

    def find(self, hashed: bytes) -> Token | None:
        """See :meth:`tagwake.ports.token_store.TokenStore.find`."""
        return self.by_hash.get(hashed)

    def used(self, names: Iterable[str], *, now: datetime) -> None:
        """See :meth:`tagwake.ports.token_store.TokenStore.used`."""
        wanted = set(names)
        for hashed, token in self.by_hash.items():
            if token.name in wanted:
                self.by_hash[hashed] = replace(token, last_used_at=max(now, token.last_used_at or now))

    def revoke(self, name: str, *, now: datetime) -> bool:
        """See :meth:`tagwake.ports.token_store.TokenStore.revoke`."""
        for hashed, token in self.by_hash.items():
            if token.name == name and token.is_live:
                self.by_hash[hashed] = replace(token, revoked_at=now)
                return True
        return False

    def tokens(self) -> tuple[Token, ...]:
        """See :meth:`tagwake.ports.token_store.TokenStore.tokens`."""
        return tuple(sorted(self.by_hash.values(), key=lambda token: token.name))
