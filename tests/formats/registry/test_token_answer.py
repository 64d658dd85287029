import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.errors import InvalidAnswer
from tagwake.formats.registry.token_answer import DEFAULT_LIFETIME, MAX_BYTES, MAX_LIFETIME, Token, read_token

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answer", "value", "lifetime"),
    [
        ({"token": "t"}, "t", 60),
        ({"access_token": "a"}, "a", 60),
        ({"token": "t", "access_token": "a"}, "t", 60),
        ({"token": "", "access_token": "a"}, "a", 60),
        ({"token": "t", "expires_in": 300}, "t", 300),
        ({"token": "t", "expires_in": "300"}, "t", 300),
        ({"token": "t", "expires_in": 0}, "t", 60),
        ({"token": "t", "expires_in": -5}, "t", 60),
        ({"token": "t", "expires_in": "soon"}, "t", 60),
        ({"token": "t", "expires_in": 1e300}, "t", MAX_LIFETIME),
        ({"token": "t", "expires_in": "nan"}, "t", 60),
        ({"token": "t", "expires_in": 300, "issued_at": "2026-01-01T11:59:00Z"}, "t", 240),
        ({"token": "t", "issued_at": "2026-01-01T11:00:00Z"}, "t", 0),
        ({"token": "t", "issued_at": "2026-01-01T13:00:00Z"}, "t", 60),
        ({"token": "t", "issued_at": "yesterday"}, "t", 60),
        ({"token": "t", "issued_at": "2026-01-01T11:00:00"}, "t", 60),
    ],
)
def test_tokens(answer: dict[str, object], value: str, lifetime: float) -> None:
    assert read_token(json.dumps(answer).encode(), NOON) == Token(value, lifetime)


def test_without_the_services_time_a_token_is_new() -> None:
    answer = b'{"token":"t","issued_at":"1999-01-01T00:00:00Z"}'
    assert read_token(answer).lifetime == DEFAULT_LIFETIME


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"", "no JSON"),
        (b"[]", "no JSON"),
        (b"{}", "neither"),
        (b'{"token":5}', "no JSON"),
        (b'{"token":"a\\r\\nX: y"}', "no header can carry"),
        (b'{"token":"\\u00e9"}', "no header can carry"),
        (b"[" * 100, "deeper"),
        (b" " * MAX_BYTES + b"{}", "longer"),
    ],
)
def test_what_is_no_token_is_refused(answer: bytes, told: str) -> None:
    with pytest.raises(InvalidAnswer, match=told):
        read_token(answer)


def test_a_token_does_not_show() -> None:
    assert "s3cret" not in repr(read_token(b'{"token":"s3cret"}'))


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    try:
        token = read_token(data, NOON)
    except InvalidAnswer:
        return
    assert 0 <= token.lifetime <= MAX_LIFETIME
