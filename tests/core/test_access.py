import hashlib
from datetime import UTC, datetime

import pytest

from tagwake.core.access import Scope, Token, allowed, token_hash, token_text

THEN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({Scope.READ}, {Scope.READ}),
        ({Scope.HOOK}, {Scope.HOOK}),
        ({Scope.WRITE}, {Scope.READ, Scope.WRITE}),
        ({Scope.HOOK, Scope.READ}, {Scope.READ, Scope.HOOK}),
        ({Scope.ADMIN}, set(Scope)),
        (set(), set()),
    ],
)
def test_what_scopes_imply(given: set[Scope], expected: set[Scope]) -> None:
    assert allowed(given) == expected


def test_a_revoked_token_allows_nothing() -> None:
    live = Token("ci", frozenset({Scope.ADMIN}), THEN)
    revoked = Token("ci", frozenset({Scope.ADMIN}), THEN, revoked_at=THEN)
    assert all(live.allows(scope) for scope in Scope)
    assert not any(revoked.allows(scope) for scope in Scope)


def test_a_token_is_256_bits_in_the_alphabet_of_urls() -> None:
    text = token_text(bytes(range(32)))
    assert text == "tagwake_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    assert token_text(bytes(32)) != text


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_token_is_made_of_32_bytes(size: int) -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        token_text(bytes(size))


def test_a_hash_is_sha_256_of_the_whole_token() -> None:
    assert token_hash("tagwake_x") == hashlib.sha256(b"tagwake_x").digest()
