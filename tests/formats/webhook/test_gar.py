import base64

import pytest
from tests.hook_reading import read, told
from tests.hook_samples import DIGEST, encoded, pushed_message

IMAGE = "us-docker.pkg.example/p/r/i"
BY_DIGEST, BY_TAG = f"{IMAGE}@{DIGEST}", f"{IMAGE}:1.1"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"action": "INSERT", "digest": BY_DIGEST, "tag": BY_TAG}, [f"{IMAGE}:1.1 a1a1"]),
        ({"action": "INSERT", "digest": BY_DIGEST}, []),
        ({"action": "INSERT", "tag": BY_TAG}, [f"{IMAGE}:1.1"]),
        ({"action": "DELETE", "tag": BY_TAG}, [f"{IMAGE}:1.1 deleted"]),
        ({"action": "DELETE", "digest": BY_DIGEST}, [f"{IMAGE} a1a1 deleted"]),
    ],
)
def test_what_moves_a_tag(change: dict[str, str], expected: list[str]) -> None:
    translation = read("gar", pushed_message(change), registry=None)
    assert (told(translation), translation.reason) == (expected, None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (pushed_message({"action": "STEAL", "tag": BY_TAG}), "its action is not known"),
        (pushed_message({"action": "INSERT"}), "it names no image"),
        (pushed_message({"action": "INSERT", "tag": "::"}), "what it names is no image"),
        (encoded({"message": {"data": "***"}}), "its data is no base64"),
        (encoded({"message": {"data": "é"}}), "its data is no base64"),
        (encoded({"message": {"data": base64.b64encode(b"x").decode()}}), "it is no JSON"),
        (encoded({"message": {}}), "has not the expected shape"),
    ],
)
def test_what_makes_no_sense_has_a_reason(body: bytes, reason: str) -> None:
    assert reason in (read("gar", body, registry=None).reason or "")


def test_duplicates_have_the_id_of_the_message() -> None:
    (hint,) = read("gar", pushed_message({"action": "INSERT", "tag": BY_TAG}), registry=None).hints
    assert hint.delivery == "7"
