import pytest

from tagwake.core.errors import InvalidReference
from tagwake.core.hook_login import BasicLogin, BodySignature, IdentityToken, PathToken, SharedHeader
from tagwake.core.hook_source import HookSource

LOGIN = PathToken(("s3cret",))


def source(registry: str | None = None, *renames: tuple[str, str]) -> HookSource:
    return HookSource("jfrog", "main", LOGIN, registry, renames)


@pytest.mark.parametrize(
    ("registry", "said", "repository", "expected"),
    [
        (None, "reg.example:5000", "team/app", ("reg.example:5000", "team/app")),
        ("Reg.Example", "other.example", "team/app", ("reg.example", "team/app")),
        (None, "docker.io", "nginx", ("docker.io", "library/nginx")),
        (None, "index.docker.io", "ns/app", ("docker.io", "ns/app")),
        ("localhost", None, "app", ("localhost", "app")),
    ],
)
def test_a_place_is_normalised_as_a_reference_is(
    registry: str | None, said: str | None, repository: str, expected: tuple[str, str]
) -> None:
    assert source(registry).place(said, repository) == expected


@pytest.mark.parametrize(
    ("renames", "repository", "expected"),
    [
        ([("docker-local", "docker")], "docker-local/team/app", "docker/team/app"),
        ([("docker-local", "")], "docker-local/team/app", "team/app"),
        ([("docker-local", "docker")], "docker-locally/team/app", "docker-locally/team/app"),
        ([("a", "x"), ("a/b", "y")], "a/b/c", "y/c"),
        ([("", "mirror")], "team/app", "mirror/team/app"),
        ([("team/app", "shop/web")], "team/app", "shop/web"),
    ],
)
def test_the_longest_rename_that_fits_is_taken(
    renames: list[tuple[str, str]], repository: str, expected: str
) -> None:
    assert source("r.example", *renames).place(None, repository) == ("r.example", expected)


def test_what_it_is_kept_under_counts_only_in_renames() -> None:
    assert source("r.example").place(None, "app", under="hosted") == ("r.example", "app")
    assert source("r.example", ("hosted", "docker")).place(None, "app", under="hosted") == (
        "r.example",
        "docker/app",
    )


@pytest.mark.parametrize(
    ("registry", "repository"),
    [
        ("r.example", "team/app:1"),
        ("r.example", "team/app@sha256:" + "a" * 64),
        ("r.example", "Team/App"),
        ("r.example", ""),
        ("r.example", "../up"),
        ("registry", "team/app"),
        ("a/b.example", "team/app"),
        ("", "team/app"),
        ("", "other.example/app"),
    ],
)
def test_what_is_no_name_of_an_image_is_refused(registry: str, repository: str) -> None:
    with pytest.raises(InvalidReference):
        source().place(registry, repository)


def test_no_login_shows_its_secrets() -> None:
    secret = ("s3cret",)
    logins = [
        SharedHeader("x-token", secret),
        BasicLogin("robot", secret),
        BodySignature(secret),
        PathToken(secret),
    ]
    shown = [repr(HookSource("zot", "main", login)) for login in logins]
    assert [text for text in shown if "s3cret" in text] == []


def test_an_identity_token_has_no_secret_of_ours() -> None:
    login = IdentityToken("https://issuer.example", "customer", "webhook:abc")
    assert "webhook:abc" in repr(login)
