"""Access tokens in the database, as hashes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, bindparam, select, update

from tagwake.adapters.stores.dictionary import insert_new
from tagwake.adapters.stores.engine import reading, transaction
from tagwake.adapters.stores.times import from_milliseconds, to_milliseconds
from tagwake.adapters.stores.turns import optional_time
from tagwake.adapters.stores.work_tables import tokens
from tagwake.core.access import Scope, Token
from tagwake.core.errors import UsageRefused


@dataclass(frozen=True, slots=True)
class DatabaseTokenStore:
    """The tokens of the service."""

    engine: Engine

    def add(self, name: str, hashed: bytes, scopes: Iterable[Scope], *, now: datetime) -> Token:
        """See :meth:`tagwake.ports.token_store.TokenStore.add`."""
        token = Token(name, frozenset(scopes), now)
        row = {
            "name": name,
            "hash": hashed,
            "scopes": " ".join(sorted(token.scopes)),
            "created_at": to_milliseconds(now),
        }
        with transaction(self.engine) as connection:
            if connection.execute(insert_new(connection, tokens).returning(tokens.c.id), row).first() is None:
                raise UsageRefused(f"token {name}: this name was given before; choose another")
        return token

    def find(self, hashed: bytes) -> Token | None:
        """See :meth:`tagwake.ports.token_store.TokenStore.find`."""
        with reading(self.engine) as connection:
            row = connection.execute(_BY_HASH, {"wanted": hashed}).one_or_none()
            return None if row is None else _token(row)

    def used(self, names: Iterable[str], *, now: datetime) -> None:
        """See :meth:`tagwake.ports.token_store.TokenStore.used`."""
        rows = [{"wanted": name, "moment": to_milliseconds(now)} for name in sorted(set(names))]
        if rows:
            with transaction(self.engine) as connection:
                connection.execute(_USED, rows)

    def revoke(self, name: str, *, now: datetime) -> bool:
        """See :meth:`tagwake.ports.token_store.TokenStore.revoke`."""
        with transaction(self.engine) as connection:
            revoked = connection.execute(_REVOKE, {"wanted": name, "moment": to_milliseconds(now)})
            return revoked.rowcount > 0

    def tokens(self) -> tuple[Token, ...]:
        """See :meth:`tagwake.ports.token_store.TokenStore.tokens`."""
        with reading(self.engine) as connection:
            return tuple(map(_token, connection.execute(_ALL)))


def _token(row: Row[Any]) -> Token:
    return Token(
        row.name,
        frozenset(map(Scope, row.scopes.split())),
        from_milliseconds(row.created_at),
        optional_time(row.last_used_at),
        optional_time(row.revoked_at),
    )


_BY_HASH = select(tokens).where(tokens.c.hash == bindparam("wanted"))
_ALL = select(tokens).order_by(tokens.c.name)
_USED = (
    update(tokens)
    .where(
        tokens.c.name == bindparam("wanted"),
        (tokens.c.last_used_at.is_(None)) | (tokens.c.last_used_at < bindparam("moment")),
    )
    .values(last_used_at=bindparam("moment"))
)
_REVOKE = (
    update(tokens)
    .where(tokens.c.name == bindparam("wanted"), tokens.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("moment"))
)
