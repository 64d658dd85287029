"""The words for each refusal, as people see them."""

import pytest
from syrupy.assertion import SnapshotAssertion

from tagwake.adapters.registries.credentials import Login
from tagwake.adapters.registries.refusal import refusal
from tagwake.core.credential import Credential
from tagwake.core.digest import Digest
from tagwake.core.registry_rule import Endpoint
from tagwake.core.resolution import Failure
from tagwake.formats.registry.error_body import RegistryError

LOGINS = {
    "stranger": Login(),
    "known": Login(Credential("~/.docker/config.json", "user", "s3cret")),
    "hindered": Login(problem="docker-credential-pass is not on PATH"),
}


@pytest.mark.parametrize("registry", ["docker.io", "ghcr.io", "registry.example"])
@pytest.mark.parametrize("who", LOGINS)
def test_every_refusal_says_what_to_do(registry: str, who: str, snapshot: SnapshotAssertion) -> None:
    endpoint = Endpoint(registry, registry, "acme/api")
    reasons = []
    for status in (401, 403, 404, 429, 500, 418):
        for wanted in ("1.2", Digest.of(b"x")):
            found = refusal(endpoint, status, wanted, LOGINS[who], rest=30 if status == 429 else None)
            assert str(status) in found.reason
            assert "s3cret" not in found.reason
            assert "\n" not in found.reason
            reasons.append(found.reason)
    assert reasons == snapshot


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (401, Failure.UNAUTHORIZED),
        (403, Failure.FORBIDDEN),
        (404, Failure.NOT_FOUND),
        (429, Failure.RATE_LIMITED),
        (500, Failure.SERVER),
        (503, Failure.SERVER),
        (302, Failure.GARBAGE),
        (400, Failure.GARBAGE),
        (410, Failure.GARBAGE),
    ],
)
def test_only_a_404_says_that_something_is_not_there(status: int, failure: Failure) -> None:
    endpoint = Endpoint("registry.example", "registry.example", "acme/api")
    assert refusal(endpoint, status, "1", Login()).failure is failure


def test_the_readme_of_errors() -> None:
    endpoint = Endpoint("ghcr.io", "ghcr.io", "acme/tools")
    assert refusal(endpoint, 401, "latest", Login()).reason == (
        "401 from ghcr.io (missing or private): log in with `docker login ghcr.io`"
    )
    unknown = (RegistryError("NAME_UNKNOWN", "x"),)
    other = Endpoint("registry.example", "registry.example", "acme/tools")
    assert (
        "no repository acme/tools"
        in refusal(other, 404, "1", Login(LOGINS["known"].credential), errors=unknown).reason
    )


@pytest.mark.parametrize(
    ("registry", "who", "code", "failure"),
    [
        ("ghcr.io", "stranger", "", Failure.FORBIDDEN),
        ("ghcr.io", "stranger", "MANIFEST_UNKNOWN", Failure.NOT_FOUND),
        ("ghcr.io", "known", "", Failure.NOT_FOUND),
        ("registry.example", "stranger", "", Failure.NOT_FOUND),
        ("registry.example", "stranger", "MANIFEST_UNKNOWN", Failure.NOT_FOUND),
        ("registry.example", "stranger", "NAME_UNKNOWN", Failure.FORBIDDEN),
        ("registry.example", "known", "NAME_UNKNOWN", Failure.NOT_FOUND),
    ],
)
def test_a_digest_is_not_gone_where_a_stranger_may_only_not_see_it(
    registry: str, who: str, code: str, failure: Failure
) -> None:
    endpoint, errors = Endpoint(registry, registry, "acme/api"), (RegistryError(code, ""),) if code else ()
    found = refusal(endpoint, 404, Digest.of(b"x"), LOGINS[who], errors=errors)
    assert found.failure is failure
    assert ("missing or private" in found.reason) is (failure is Failure.FORBIDDEN)
