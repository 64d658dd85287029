import pytest
from tests.hook_reading import read, told


@pytest.mark.parametrize(
    ("body", "registry", "expected"),
    [
        ({"updated_tags": ["a", "b"]}, None, ["quay.example/ns/app:a", "quay.example/ns/app:b"]),
        ({"updated_tags": ["a"]}, "quay.io", ["quay.io/ns/app:a"]),
        ({"updated_tags": []}, None, []),
        ({"updated_tags": ["a", "a"]}, None, ["quay.example/ns/app:a"]),
    ],
)
def test_every_pushed_tag_is_a_hint(
    body: dict[str, object], registry: str | None, expected: list[str]
) -> None:
    translation = read(
        "quay", {"repository": "ns/app", "docker_url": "quay.example/ns/app", **body}, registry=registry
    )
    assert (told(translation), translation.reason) == (expected, None)


@pytest.mark.parametrize("body", [{"text": "a template"}, {"repository": "ns/app"}, {"updated_tags": ["a"]}])
def test_a_body_of_another_shape_has_a_reason(body: object) -> None:
    assert "has not the expected shape" in (read("quay", body).reason or "")


def test_without_a_host_anywhere_there_is_a_reason() -> None:
    body = {"repository": "ns/app", "docker_url": "nothing", "updated_tags": ["a"]}
    assert "set `registry`" in (read("quay", body, registry=None).reason or "")
