import pytest
from tests.hook_reading import read, told


def body(tag: object = "latest", name: str = "shop/app", at: object = 1_770_000_000) -> dict[str, object]:
    return {
        "callback_url": "http://127.0.0.1:1/never-called",
        "push_data": {"tag": tag, "pushed_at": at, "images": ["old"]},
        "repository": {"repo_name": name},
    }


def test_a_push_has_no_digest() -> None:
    assert told(read("dockerhub", body(), registry=None)) == ["docker.io/shop/app:latest"]


def test_an_official_image_is_in_library() -> None:
    assert told(read("dockerhub", body(name="nginx"), registry=None)) == ["docker.io/library/nginx:latest"]


@pytest.mark.parametrize("at", [None, "yesterday", [], 1e300, -1e300, "9999-12-31T23:59:59-23:00", True])
def test_a_time_that_cannot_be_read_is_no_claim(at: object) -> None:
    (hint,) = read("dockerhub", body(at=at), registry=None).hints
    assert hint.claimed_at is None


@pytest.mark.parametrize("tag", [None, 7, ["a"]])
def test_without_a_tag_there_is_a_reason(tag: object) -> None:
    assert "push_data.tag" in (read("dockerhub", body(tag=tag)).reason or "")
