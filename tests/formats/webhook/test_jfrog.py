import json

import pytest
from tests.hook_reading import read, told
from tests.hook_samples import DIGEST, jfrog


def changed(top: dict[str, object] | None = None, **data: object) -> dict[str, object]:
    body = json.loads(jfrog().body)
    return {**body, **(top or {}), "data": {**body["data"], **data}}


IMAGE = "reg.example/docker-local/library/ubuntu:latest"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (changed(), [f"{IMAGE} a1a1"]),
        (changed({"event_type": "promoted"}), [f"{IMAGE} a1a1"]),
        (changed({"event_type": "deleted"}), [f"{IMAGE} a1a1 deleted"]),
        (changed({"event_type": None}), [f"{IMAGE} a1a1"]),
        (changed(sha256="A1" * 32), [IMAGE]),
        (changed(sha256=DIGEST), [IMAGE]),
        (changed(sha256=None), [IMAGE]),
        (changed(tag=DIGEST), []),
    ],
)
def test_what_moves_a_tag(body: object, expected: list[str]) -> None:
    translation = read("jfrog", body)
    assert (told(translation), translation.reason) == (expected, None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (changed({"domain": "artifact"}), "another domain than docker"),
        (changed({"event_type": "stolen"}), "its type of event is not known"),
        (changed(repo_key=None), "it names no repository"),
        (changed(image_name=""), "it names no repository"),
        ({"domain": "docker"}, "its type of event is not known"),
    ],
)
def test_what_makes_no_sense_has_a_reason(body: object, reason: str) -> None:
    assert reason in (read("jfrog", body).reason or "")


@pytest.mark.parametrize(
    ("renames", "expected"),
    [
        ((("docker-local", "docker"),), "reg.example/docker/library/ubuntu:latest a1a1"),
        ((("docker-local", ""),), "reg.example/library/ubuntu:latest a1a1"),
    ],
)
def test_a_virtual_repository_takes_its_place(renames: tuple[tuple[str, str], ...], expected: str) -> None:
    assert told(read("jfrog", changed(), renames=renames)) == [expected]
