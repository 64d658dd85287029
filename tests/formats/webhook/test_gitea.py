import json

import pytest
from tests.hook_reading import read, told
from tests.hook_samples import DIGEST, gitea


def changed(action: str = "created", **package: object) -> dict[str, object]:
    body = json.loads(gitea().body)
    return {**body, "action": action, "package": {**body["package"], **package}}


IMAGE = "forge.example:3000/shop/app"
both = pytest.mark.parametrize("kind", ["gitea", "forgejo"])


@both
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (changed(), [f"{IMAGE}:1.2"]),
        (changed("deleted"), [f"{IMAGE}:1.2 deleted"]),
        (changed(version=DIGEST), []),
        (changed("deleted", version=DIGEST), [f"{IMAGE} a1a1 deleted"]),
        (changed(type="npm"), []),
        (changed(name="Team/App"), ["forge.example:3000/shop/team/app:1.2"]),
    ],
)
def test_what_moves_a_tag(kind: str, body: object, expected: list[str]) -> None:
    translation = read(kind, body, registry=None)
    assert (told(translation), translation.reason) == (expected, None)


@both
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"action": "created"}, "it names no package"),
        (changed("stolen"), "its action is not known"),
        (changed(owner=None), "it names no repository"),
        (changed(html_url="javascript:x"), "set `registry`"),
        (changed(html_url="http://user@evil.example/"), "set `registry`"),
        (changed(html_url=None), "set `registry`"),
    ],
)
def test_what_makes_no_sense_has_a_reason(kind: str, body: object, reason: str) -> None:
    assert reason in (read(kind, body, registry=None).reason or "")


@pytest.mark.parametrize("name", ["x-gitea-event", "x-forgejo-event"])
def test_other_events_have_a_reason(name: str) -> None:
    assert "switch the others off" in (read("forgejo", changed(), {name: "push"}).reason or "")


def test_an_external_address_is_configured() -> None:
    assert told(read("gitea", changed(), registry="git.shop.example")) == ["git.shop.example/shop/app:1.2"]
