import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.credential import Credential
from tagwake.core.errors import InvalidAnswer
from tagwake.formats.registry.helper_answer import read_helper_answer


def test_a_login() -> None:
    data = b'{"ServerURL":"ghcr.io","Username":"user","Secret":"s3cret"}'
    assert read_helper_answer(data, "helper") == Credential("helper", "user", "s3cret")


def test_an_identity_token_has_a_user_of_its_own() -> None:
    data = b'{"ServerURL":"a","Username":"<token>","Secret":"it"}'
    assert read_helper_answer(data, "helper") == Credential("helper", identity_token="it")


@pytest.mark.parametrize("data", [b"{}", b'{"Username":"x"}', b'{"Username":"","Secret":""}'])
def test_no_login(data: bytes) -> None:
    assert read_helper_answer(data, "helper") is None


@pytest.mark.parametrize(
    "data", [b"", b"error: locked", b"[]", b'{"Secret": 5}', b"[" * 50, b" " * 1_048_577]
)
def test_anything_else_is_refused_without_showing_it(data: bytes) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        read_helper_answer(data, "docker-credential-x")
    assert "docker-credential-x" in str(caught.value)
    assert "locked" not in str(caught.value)


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    try:
        found = read_helper_answer(data, "x")
    except InvalidAnswer:
        return
    assert found is None or found.source == "x"
