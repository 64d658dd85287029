"""What every TokenStore must do: one suite over the twin, SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest

from tagwake.core.access import Scope, Token, token_hash
from tagwake.core.errors import UsageRefused
from tagwake.ports.token_store import TokenStore

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
HASH = token_hash("tagwake_one")


class TokenStoreContract:
    """Subclasses give the fixture ``store``."""

    def test_a_token_is_found_by_its_hash(self, store: TokenStore) -> None:
        """And by no other."""
        token = store.add("ci", HASH, [Scope.READ, Scope.HOOK], now=NOW)
        assert token == Token("ci", frozenset({Scope.READ, Scope.HOOK}), NOW)
        assert store.find(HASH) == token
        assert store.find(token_hash("tagwake_two")) is None

    def test_a_name_is_given_once(self, store: TokenStore) -> None:
        """Also where its token is revoked, so that a line of a log means one token."""
        store.add("ci", HASH, [Scope.READ], now=NOW)
        store.revoke("ci", now=NOW)
        with pytest.raises(UsageRefused, match="token ci: this name was given before"):
            store.add("ci", token_hash("tagwake_two"), [Scope.READ], now=NOW)

    def test_a_revoked_token_opens_nothing(self, store: TokenStore) -> None:
        """It is still shown, and its time does not move."""
        store.add("ci", HASH, [Scope.ADMIN], now=NOW)
        assert store.revoke("ci", now=LATER)
        assert not store.revoke("ci", now=LATER + timedelta(hours=1))
        assert not store.revoke("unknown", now=LATER)
        found = store.find(HASH)
        assert found == Token("ci", frozenset({Scope.ADMIN}), NOW, revoked_at=LATER)
        assert not found.allows(Scope.READ)

    def test_when_it_was_last_used(self, store: TokenStore) -> None:
        """Whatever order that is told in; unknown names are no matter."""
        store.add("a", HASH, [Scope.READ], now=NOW)
        store.used([], now=NOW)
        store.used(["a", "unknown"], now=LATER)
        store.used(["a"], now=NOW)
        assert store.tokens() == (Token("a", frozenset({Scope.READ}), NOW, LATER),)

    def test_all_are_shown_by_name(self, store: TokenStore) -> None:
        """Every one that was ever given."""
        assert store.tokens() == ()
        for name in "cab":
            store.add(name, token_hash(name), [], now=NOW)
        assert [token.name for token in store.tokens()] == ["a", "b", "c"]
