import json

import pytest
from tests.hook_reading import read, told
from tests.hook_samples import DIGEST, acr


def changed(action: str, **target: object) -> dict[str, object]:
    body = json.loads(acr().body)
    return {**body, "action": action, "target": {**body["target"], **target}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (changed("push"), ["shop.azurecr.example/app:v1 a1a1"]),
        (changed("push", tag=None), []),
        (changed("delete", tag=None), ["shop.azurecr.example/app a1a1 deleted"]),
        (changed("delete", tag=None, digest=None), ["shop.azurecr.example/app deleted"]),
        (changed("chart_push"), []),
        (changed("chart_delete"), []),
        (changed("quarantine"), []),
        ({"action": "ping", "id": "1"}, []),
    ],
)
def test_what_moves_a_tag(body: object, expected: list[str]) -> None:
    translation = read("acr", body, registry=None)
    assert (told(translation), translation.reason) == (expected, None)


def test_an_unknown_action_has_a_reason() -> None:
    assert read("acr", changed("steal")).reason == "its action is not known"


def test_a_custom_domain_is_configured() -> None:
    assert told(read("acr", changed("push"), registry="images.shop.example")) == [
        f"images.shop.example/app:v1 {DIGEST[7:11]}"
    ]
