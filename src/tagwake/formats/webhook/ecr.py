"""Amazon ECR through EventBridge: its own event, or the same reshaped as a CloudEvent ``com.amazon.ecr.*``."""

import re
from typing import Any

import msgspec

from tagwake.core.errors import InvalidHook
from tagwake.formats.webhook.body import read_json
from tagwake.formats.webhook.cloud_event import is_binary, read_cloud_event
from tagwake.formats.webhook.delivery import Claim, Delivery, Finding, Findings, Oddity
from tagwake.formats.webhook.moment import read_moment

_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z0-9]+)+")
_IMAGE_ACTION = "ECR Image Action"
_CLOUD_EVENTS = "com.amazon.ecr."


class _Detail(msgspec.Struct, rename="kebab"):
    repository_name: str | None = None
    image_tag: str | None = None
    image_digest: str | None = None
    action_type: str | None = None
    result: str | None = None


class _Native(msgspec.Struct, rename={"detail_type": "detail-type"}):
    detail_type: str | None = None
    specversion: str | None = None
    id: str | None = None
    account: str | None = None
    region: str | None = None
    time: Any = None
    detail: msgspec.Raw = msgspec.Raw()


class _Reshaped(msgspec.Struct, rename="camel"):
    repository_name: str | None = None
    image_tag: str | None = None
    image_digest: str | None = None
    registry_id: str | None = None
    action_type: str | None = None
    result: str | None = None


def read(delivery: Delivery) -> Findings:
    """Pushes and deletions that succeeded."""
    if is_binary(delivery):
        yield from _reshaped(delivery)
        return
    event = read_json(delivery.body, _Native)
    if event.specversion is not None:
        yield from _reshaped(delivery)
    elif event.detail_type == _IMAGE_ACTION:
        detail = read_json(event.detail, _Detail)
        host = _host(event.account, event.region)
        claim = Claim(
            host,
            detail.repository_name or "",
            detail.image_tag,
            detail.image_digest,
            event.id,
            read_moment(event.time),
        )
        yield from _told(claim, detail.action_type, detail.result)
    elif not (event.detail_type or "").startswith("ECR "):
        yield Oddity("it is no event of ECR")


def _reshaped(delivery: Delivery) -> Findings:
    event = read_cloud_event(delivery)
    if not event.type.startswith(_CLOUD_EVENTS):
        raise InvalidHook("it is no event of ECR")
    data = read_json(event.data, _Reshaped)
    claim = Claim(
        _host(data.registry_id, event.region),
        data.repository_name or "",
        data.image_tag,
        data.image_digest,
        event.id,
        event.at,
    )
    yield from _told(claim, data.action_type or "PUSH", data.result or "SUCCESS")


def _told(claim: Claim, action: str | None, result: str | None) -> tuple[Finding, ...]:
    if result != "SUCCESS":
        return ()
    if action not in {"PUSH", "DELETE"}:
        return (Oddity("its action is not known"),)
    if not claim.repository:
        return (Oddity("it names no repository"),)
    return (msgspec.structs.replace(claim, deleted=action == "DELETE"),)


def _host(account: str | None, region: str | None) -> str | None:
    """The registry of an account in a region, or ``None`` where one of them is not told."""
    if not _ACCOUNT.fullmatch(account or "") or not _REGION.fullmatch(region or ""):
        return None
    suffix = "amazonaws.com.cn" if (region or "").startswith("cn-") else "amazonaws.com"
    return f"{account}.dkr.ecr.{region}.{suffix}"
