import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.credential import Credential
from tagwake.core.errors import InvalidAnswer
from tagwake.formats.registry.auth_file import MAX_BYTES, AuthFile, read_auth_file, registry_of, server_of


def entry(user: str, password: str) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


def read(**file: object) -> AuthFile:
    return read_auth_file(json.dumps(file).encode(), "config.json")


def test_a_login_is_base64_of_user_and_password() -> None:
    file = read(auths={"ghcr.io": entry("user", "pass:word")})
    assert file.credential_for("ghcr.io", "a/b") == Credential("config.json", "user", "pass:word")
    assert file.credential_for("quay.io", "a/b") is None


@pytest.mark.parametrize(
    "key", ["https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io"]
)
def test_docker_hub_goes_by_several_keys(key: str) -> None:
    found = read(auths={key: entry("user", "secret")}).credential_for("docker.io", "library/debian")
    assert found == Credential("config.json", "user", "secret")


def test_podmans_keys_name_repositories_and_the_longest_wins() -> None:
    file = read(
        auths={
            "quay.io": entry("all", "1"),
            "quay.io/acme": entry("acme", "2"),
            "quay.io/acme/api": entry("api", "3"),
        }
    )
    names = ("other/x", "acme/web", "acme/api", "acme/api/deep", "acmes/x")
    found = {name: file.credential_for("quay.io", name) for name in names}
    users = {name: each.username for name, each in found.items() if each is not None}
    assert users == {
        "other/x": "all",
        "acme/web": "acme",
        "acme/api": "api",
        "acme/api/deep": "api",
        "acmes/x": "all",
    }


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"identitytoken": "it"}, Credential("config.json", identity_token="it")),
        (
            {**entry("00000000-0000-0000-0000-000000000000", "x"), "identitytoken": "it"},
            Credential("config.json", "00000000-0000-0000-0000-000000000000", "x", identity_token="it"),
        ),
        (entry("<token>", "it"), Credential("config.json", identity_token="it")),
        ({"registrytoken": "rt"}, Credential("config.json", registry_token="rt")),
        ({"username": "u", "password": "p"}, Credential("config.json", "u", "p")),
        ({}, None),
        ({"auth": ""}, None),
        ({"auth": "!!!"}, None),
        ({"auth": "dTpw\u0415w"}, None),
        ({"auth": base64.b64encode(b"no colon").decode()}, None),
        ({"auth": base64.b64encode(b"\xff\xfe:x").decode()}, None),
        (None, None),
    ],
)
def test_entries_of_every_kind(written: object, expected: Credential | None) -> None:
    assert read(auths={"a.example": written}).credential_for("a.example", "x") == expected


def test_helpers() -> None:
    file = read(credsStore="pass", credHelpers={"gcr.io": "gcloud", "https://index.docker.io/v1/": "desktop"})
    assert file.helper_for("gcr.io") == "gcloud"
    assert file.helper_for("docker.io") == "desktop"
    assert file.helper_for("ghcr.io") == "pass"


@pytest.mark.parametrize("name", ["", "../evil", "a/b", "-x", "a b", "a\0b"])
def test_a_helper_is_a_name_and_no_path(name: str) -> None:
    file = read(credsStore=name, credHelpers={"a.example": name})
    assert file.helper_for("a.example") is None


@pytest.mark.parametrize(
    "data", [b"", b"  \n", b"{}", b'{"auths":null,"credHelpers":null,"credsStore":null}']
)
def test_a_file_without_logins(data: bytes) -> None:
    assert read_auth_file(data, "x").credential_for("a.example", "x") is None


@pytest.mark.parametrize(
    "data", [b"[]", b"{", b"\xff", b'{"auths": [1]}', b"[" * 100_000, b" " * MAX_BYTES + b"{}"]
)
def test_what_is_no_such_file_is_refused_by_its_name(data: bytes) -> None:
    with pytest.raises(InvalidAnswer, match=r"config\.json"):
        read_auth_file(data, "config.json")


@given(st.text(min_size=4), st.text(min_size=4))
def test_no_secret_shows(user: str, password: str) -> None:
    secret = f"SECRET{password}"
    file = read(auths={"a.example": {"username": user, "password": secret, "identitytoken": secret}})
    found = file.credential_for("a.example", "x")
    assert found is None or secret not in repr(found)
    assert secret not in repr(file)


def test_the_key_of_a_registry() -> None:
    assert registry_of("https://Registry.Example.com:5000/v2/") == "registry.example.com:5000"
    assert registry_of("a.example/ns/repo") == "a.example/ns/repo"
    assert registry_of("a.example/v1/") == "a.example"
    assert server_of("docker.io") == "https://index.docker.io/v1/"
    assert server_of("ghcr.io") == "ghcr.io"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        file = read_auth_file(data, "x")
    except InvalidAnswer as error:
        assert str(error).startswith("x ")
    else:
        assert file.source == "x"
