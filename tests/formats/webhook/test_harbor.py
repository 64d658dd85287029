import pytest
from tests.hook_reading import read, told
from tests.hook_samples import DIGEST

REPOSITORY = {"name": "app", "namespace": "proj", "repo_full_name": "proj/app"}


def default(type_: str, *resources: dict[str, str]) -> dict[str, object]:
    return {
        "type": type_,
        "occur_at": 1_770_000_000,
        "event_data": {"resources": list(resources), "repository": REPOSITORY},
    }


def cloud_event(type_: str, *resources: dict[str, str]) -> dict[str, object]:
    return {
        "specversion": "1.0",
        "id": "1",
        "type": type_,
        "time": "2026-03-06T06:08:43Z",
        "data": {"resources": list(resources), "repository": REPOSITORY},
    }


TAGGED = {"digest": DIGEST, "tag": "1"}
UNTAGGED = {"digest": DIGEST, "tag": DIGEST}
DELETED = ["reg.example/proj/app:1 a1a1 deleted", "reg.example/proj/app deleted"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (default("PUSH_ARTIFACT", TAGGED), ["reg.example/proj/app:1 a1a1"]),
        (default("PUSH_ARTIFACT", UNTAGGED), []),
        (default("PUSH_ARTIFACT", UNTAGGED, TAGGED), ["reg.example/proj/app:1 a1a1"]),
        (default("DELETE_ARTIFACT", TAGGED), DELETED),
        (
            default("DELETE_ARTIFACT", UNTAGGED),
            ["reg.example/proj/app a1a1 deleted", "reg.example/proj/app deleted"],
        ),
        (default("PULL_ARTIFACT", TAGGED), []),
        (default("SCANNING_COMPLETED", TAGGED), []),
        (default("QUOTA_EXCEED"), []),
        (default("TAG_RETENTION"), []),
        (cloud_event("harbor.artifact.pushed", TAGGED), ["reg.example/proj/app:1 a1a1"]),
        (cloud_event("harbor.artifact.pushed", UNTAGGED), []),
        (cloud_event("harbor.tag.created", TAGGED), ["reg.example/proj/app:1 a1a1"]),
        (cloud_event("harbor.artifact.deleted", TAGGED), DELETED),
        (cloud_event("harbor.artifact.pulled", TAGGED), []),
        (cloud_event("harbor.scan.completed", TAGGED), []),
        (cloud_event("harbor.replication.status.changed"), []),
        (cloud_event("harbor.tag_retention.finished"), []),
    ],
)
def test_what_moves_a_tag(body: object, expected: list[str]) -> None:
    translation = read("harbor", body)
    assert (told(translation), translation.reason) == (expected, None)


@pytest.mark.parametrize("type_", ["harbor.something.new", "SOMETHING_NEW"])
def test_an_unknown_type_has_a_reason(type_: str) -> None:
    for body in (default(type_, TAGGED), cloud_event(type_, TAGGED)):
        assert read("harbor", body).reason == "its type of event is not known"


def test_the_content_type_decides_where_it_says_cloudevents() -> None:
    headers = {"content-type": "application/cloudevents+json; charset=utf-8"}
    assert told(read("harbor", cloud_event("harbor.artifact.pushed", TAGGED), headers)) == [
        "reg.example/proj/app:1 a1a1"
    ]
    assert "is no JSON" in (read("harbor", b"{", headers).reason or "")


def test_the_path_is_put_together_where_it_is_not_given_whole() -> None:
    body = default("PUSH_ARTIFACT", TAGGED)
    body["event_data"] = {"resources": [TAGGED], "repository": {"name": "app", "namespace": "proj"}}
    assert told(read("harbor", body)) == ["reg.example/proj/app:1 a1a1"]


@pytest.mark.parametrize("repository", [None, {}])
def test_without_a_repository_there_is_a_reason(repository: object) -> None:
    body = default("PUSH_ARTIFACT", TAGGED)
    body["event_data"] = {"resources": [TAGGED], "repository": repository}
    assert read("harbor", body).reason == "it names no repository"
