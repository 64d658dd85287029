import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from tests.hook_reading import read, told
from tests.hook_samples import DIGEST, ecr

HOST = "123456789012.dkr.ecr.us-west-2.amazonaws.com"


def changed(detail: Mapping[str, object] = MappingProxyType({}), **event: Any) -> dict[str, object]:
    body = json.loads(ecr().body)
    return {**body, **event, "detail": {**body["detail"], **detail}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (changed(), [f"{HOST}/app:latest a1a1"]),
        (changed({"image-tag": None}), []),
        (changed({"result": "FAILURE"}), []),
        (changed({"action-type": "DELETE"}), [f"{HOST}/app:latest a1a1 deleted"]),
        (changed({"action-type": "DELETE", "image-tag": None}), [f"{HOST}/app a1a1 deleted"]),
        (changed(region="cn-north-1"), ["123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app:latest a1a1"]),
        (changed(detail={}, **{"detail-type": "ECR Image Scan"}), []),
    ],
)
def test_what_moves_a_tag(body: object, expected: list[str]) -> None:
    translation = read("ecr", body, registry=None)
    assert (told(translation), translation.reason) == (expected, None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (changed(detail={}, **{"detail-type": "EC2 Instance State-change Notification"}), "no event of ECR"),
        (changed({"action-type": "STEAL"}), "its action is not known"),
        (changed({"repository-name": None}), "it names no repository"),
        (changed(account="evil.example/x"), "set `registry`"),
        (changed(region="us-west-2.evil.example#"), "set `registry`"),
        (changed(account=None), "set `registry`"),
    ],
)
def test_what_makes_no_sense_has_a_reason(body: object, reason: str) -> None:
    assert reason in (read("ecr", body, registry=None).reason or "")


RESHAPED = {
    "specversion": "1.0",
    "type": "com.amazon.ecr.image.push",
    "id": "r-1",
    "source": "urn:aws:ecr",
    "data": {"repositoryName": "app", "imageTag": "1", "imageDigest": DIGEST, "registryId": "123456789012"},
}


def test_it_is_read_as_a_cloud_event_too() -> None:
    assert told(read("ecr", RESHAPED, registry=HOST)) == [f"{HOST}/app:1 a1a1"]
    assert told(read("ecr", {**RESHAPED, "region": "us-west-2"}, registry=None)) == [f"{HOST}/app:1 a1a1"]
    assert "set `registry`" in (read("ecr", RESHAPED, registry=None).reason or "")


def test_it_is_read_as_a_cloud_event_in_binary_mode() -> None:
    headers = {"ce-type": "com.amazon.ecr.image.push", "ce-id": "b-1"}
    (hint,) = read("ecr", RESHAPED["data"], headers, registry=HOST).hints
    assert (hint.tag, hint.delivery) == ("1", "b-1")


def test_another_cloud_event_has_a_reason() -> None:
    assert read("ecr", {**RESHAPED, "type": "com.example.other"}).reason == "it is no event of ECR"
