import json
from urllib.parse import urlencode

import pytest
from tests.hook_reading import read, told
from tests.hook_samples import DIGEST, OTHER, github


def changed(**package: object) -> dict[str, object]:
    body: dict[str, dict[str, object]] = json.loads(github().body)
    body["registry_package"] |= package
    return {**body}


def version(**changes: object) -> dict[str, object]:
    body = json.loads(github().body)
    return changed(package_version={**body["registry_package"]["package_version"], **changes})


def tagged(name: str | None) -> dict[str, object]:
    return {"tag": {"name": name, "digest": OTHER}, "manifest": {"digest": OTHER}}


GOOD = ["ghcr.io/shop/app:1.2 a1a1"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (changed(), GOOD),
        ({**changed(), "action": "updated"}, GOOD),
        ({"action": "published", "package": changed()["registry_package"]}, GOOD),
        (changed(package_type="npm", ecosystem="x", registry={"type": "CONTAINER"}), GOOD),
        (changed(package_type="CONTAINER", ecosystem=None, registry=None), GOOD),
        (changed(package_type="npm", ecosystem="npm", registry={"type": "npm"}), []),
        (changed(namespace="Shop"), GOOD),
        (version(container_metadata=tagged("")), []),
        (version(container_metadata=tagged(None)), []),
        (version(container_metadata=tagged(""), package_url="ghcr.io/Shop/app:"), []),
        (version(container_metadata=None), []),
        (version(version="v7", container_metadata=tagged("1.2")), ["ghcr.io/shop/app:1.2 b2b2"]),
        (version(container_metadata=tagged("1.2")), GOOD),
        (version(package_url=None), GOOD),
        (version(package_url="https://ghcr.io/Shop/Team/App:1.2"), ["ghcr.io/shop/team/app:1.2 a1a1"]),
        (version(package_url=f"ghcr.io/Shop/app@{DIGEST}"), GOOD),
        ({**changed(), "action": "deleted"}, ["ghcr.io/shop/app:1.2 a1a1 deleted"]),
    ],
)
def test_what_moves_a_tag(body: object, expected: list[str]) -> None:
    translation = read("github", body, registry=None)
    assert (told(translation), translation.reason) == (expected, None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"action": "published"}, "it names no package"),
        ({**changed(), "action": "stolen"}, "its action is not known"),
        (changed(owner=None, package_version={}), "it names no repository"),
    ],
)
def test_what_makes_no_sense_has_a_reason(body: object, reason: str) -> None:
    assert read("github", body).reason == reason


def test_the_name_is_that_of_the_delivery_header() -> None:
    (hint,) = read("github", changed(), {"x-github-delivery": "d-1"}).hints
    assert hint.delivery == "d-1"


def test_a_ping_is_nothing_and_other_events_have_a_reason() -> None:
    assert read("github", b"not read", {"x-github-event": "ping"}).reason is None
    assert "another kind" in (read("github", changed(), {"x-github-event": "push"}).reason or "")


def test_a_form_is_read_as_well() -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    form = urlencode({"payload": json.dumps(changed())}).encode()
    assert told(read("github", form, headers, registry=None)) == GOOD
    for bad in (b"", b"other=1", b"payload", b"\xff", b"a=1&b=2&c=3&d=4&e=5"):
        assert "a form without a payload" in (read("github", bad, headers).reason or "")
