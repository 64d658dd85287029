import pytest
from tests.hook_reading import read, told
from tests.hook_samples import DIGEST, encoded

UPDATED, DELETED = "zotregistry.image.updated", "zotregistry.image.deleted"


def event(type_: str, **data: object) -> dict[str, object]:
    return {
        "specversion": "1.0",
        "id": "z-1",
        "source": "zotregistry.dev",
        "type": type_,
        "channel": "c",
        "data": {"name": "team/app", "digest": DIGEST, "manifest": "{}", **data},
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (event(UPDATED, reference="1"), ["reg.example/team/app:1 a1a1"]),
        (event(UPDATED, reference=DIGEST), []),
        (event(DELETED, reference="1"), ["reg.example/team/app:1 a1a1 deleted"]),
        (event(DELETED, reference=DIGEST), ["reg.example/team/app a1a1 deleted"]),
        (event("zotregistry.repository.created"), []),
        (event("zotregistry.image.lint_failed", reference="1"), []),
    ],
)
def test_what_moves_a_tag(body: object, expected: list[str]) -> None:
    translation = read("zot", body)
    assert (told(translation), translation.reason) == (expected, None)


def test_binary_mode_is_read_too() -> None:
    headers = {"ce-type": UPDATED, "ce-id": "z-2", "ce-time": "2026-01-01T00:00:00Z"}
    (hint,) = read("zot", {"name": "team/app", "reference": "1", "digest": DIGEST}, headers).hints
    assert (hint.tag, hint.delivery, hint.claimed_at is None) == ("1", "z-2", False)


def test_data_may_be_a_text_of_json_or_base64() -> None:
    data = encoded({"name": "team/app", "reference": "1"})
    assert told(read("zot", {**event(UPDATED), "data": data.decode()})) == ["reg.example/team/app:1"]
    as_base64 = {
        "specversion": "1.0",
        "type": UPDATED,
        "data_base64": __import__("base64").b64encode(data).decode(),
    }
    assert told(read("zot", as_base64)) == ["reg.example/team/app:1"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (event("zotregistry.image.stolen"), "its type of event is not known"),
        ({"type": UPDATED}, "it is no JSON"),
        ({"type": UPDATED, "data": {}}, "has not the expected shape"),
        ({"type": UPDATED, "data_base64": "*"}, "no base64"),
    ],
)
def test_what_makes_no_sense_has_a_reason(body: object, reason: str) -> None:
    assert reason in (read("zot", body).reason or "")
