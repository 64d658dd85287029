import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.hook_samples import basic

from tagwake.core.hook_login import BasicLogin, PathToken, SharedHeader
from tagwake.formats.webhook.proof import Denial
from tagwake.formats.webhook.shared_secret import check_header, check_login, check_path, is_one_of


def status(denial: Denial | None) -> int | None:
    return None if denial is None else denial.status


HEADER = SharedHeader("authorization", ("Bearer s3cret", "older"))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"authorization": "Bearer s3cret"}, None),
        ({"authorization": "older"}, None),
        ({"authorization": "bearer s3cret"}, 403),
        ({"authorization": "Bearer s3cret "}, 403),
        ({"authorization": "Bearer s3cret, Bearer s3cret"}, 403),
        ({"authorization": "s3cret"}, 403),
        ({"authorization": ""}, 401),
        ({"x-authorization": "Bearer s3cret"}, 401),
        ({}, 401),
    ],
)
def test_a_header_is_compared_word_for_word(headers: dict[str, str], expected: int | None) -> None:
    assert status(check_header(HEADER, headers)) == expected


def test_a_secret_beyond_ascii_is_compared_by_its_utf8_bytes() -> None:
    login = SharedHeader("x-token", ("grüße",))
    assert check_header(login, {"x-token": "grüße".encode().decode("latin-1")}) is None
    assert status(check_header(login, {"x-token": "grüße"})) == 403


LOGIN = BasicLogin("robot", ("pass:word", "older"))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (basic("robot", "pass:word"), None),
        (basic("robot", "older"), None),
        (basic("robot", "older").replace("Basic", "basic"), None),
        (basic("robot", "wrong"), 403),
        (basic("other", "older"), 403),
        (basic("robot", ""), 403),
        ("Basic", 403),
        ("Basic ???", 403),
        ("Basic é", 403),
        ("Bearer x", 401),
        ("", 401),
    ],
)
def test_a_login_is_compared(said: str, expected: int | None) -> None:
    assert status(check_login(LOGIN, {"authorization": said})) == expected


def test_an_empty_password_is_none() -> None:
    assert status(check_login(BasicLogin("robot", ("",)), {"authorization": basic("robot", "")})) == 403


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("s3cret", None),
        ("older", None),
        ("S3CRET", 403),
        ("s3cre", 403),
        ("\udcff", 403),
        ("", 401),
        (None, 401),
    ],
)
def test_a_token_is_compared(token: str | None, expected: int | None) -> None:
    assert status(check_path(PathToken(("s3cret", "older")), token)) == expected


@given(said=st.binary(max_size=20), secrets=st.lists(st.text(max_size=8), max_size=3))
def test_only_a_secret_that_is_not_empty_is_one(said: bytes, secrets: list[str]) -> None:
    encodable = [secret for secret in secrets if secret.isascii()]
    assert is_one_of(said, encodable) == (said in {secret.encode() for secret in encodable if secret})
