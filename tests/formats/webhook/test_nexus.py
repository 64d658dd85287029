import json

import pytest
from tests.hook_reading import read, told
from tests.hook_samples import DIGEST, nexus


def changed(component: dict[str, object] | None = None, **top: object) -> dict[str, object]:
    body = json.loads(nexus().body)
    return {**body, **top, "component": {**body["component"], **(component or {})}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (changed(), ["reg.example/team/app:1.2"]),
        (changed(action="UPDATED"), ["reg.example/team/app:1.2"]),
        (changed(action="DELETED"), ["reg.example/team/app:1.2 deleted"]),
        (changed({"format": "maven2"}), []),
        (changed({"version": DIGEST}), []),
        (changed({"version": DIGEST}, action="DELETED"), ["reg.example/team/app a1a1 deleted"]),
    ],
)
def test_what_moves_a_tag(body: object, expected: list[str]) -> None:
    translation = read("nexus", body)
    assert (told(translation), translation.reason) == (expected, None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (changed(action="STOLEN"), "its action is not known"),
        (changed({"name": None}), "it names no repository"),
        (changed(repositoryName=None), "it names no component"),
        ({"action": "CREATED"}, "it names no component"),
    ],
)
def test_what_makes_no_sense_has_a_reason(body: object, reason: str) -> None:
    assert read("nexus", body).reason == reason


def test_a_webhook_of_another_kind_has_a_reason() -> None:
    headers = {"x-nexus-webhook-id": "rm:repository:asset"}
    assert "switch the others off" in (read("nexus", changed(), headers).reason or "")


def test_what_stands_before_the_name_is_said_by_a_rename() -> None:
    renamed = read("nexus", changed(), renames=(("docker-hosted", "repository/docker"),))
    assert told(renamed) == ["reg.example/repository/docker/team/app:1.2"]
