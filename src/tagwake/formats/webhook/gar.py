"""Google Artifact Registry and Container Registry through Pub/Sub: full references inside a message in base64.

A tag that moves is an ``INSERT`` with that tag; a push by digest alone moves none.
"""

from typing import Any

import msgspec

from tagwake.core.errors import InvalidReference
from tagwake.core.reference import Reference
from tagwake.formats.webhook.body import read_json
from tagwake.formats.webhook.cloud_event import decode_base64
from tagwake.formats.webhook.delivery import Claim, Delivery, Findings, Oddity
from tagwake.formats.webhook.moment import read_moment


class _Message(msgspec.Struct, rename="camel"):
    data: str
    message_id: str | None = None
    publish_time: Any = None


class _Push(msgspec.Struct):
    message: _Message


class _Change(msgspec.Struct):
    action: str
    digest: str | None = None
    tag: str | None = None


def read(delivery: Delivery) -> Findings:
    """Pushes by tag, and deletions of a tag or of a manifest."""
    message = read_json(delivery.body, _Push).message
    change = read_json(decode_base64(message.data), _Change)
    if change.action not in {"INSERT", "DELETE"}:
        yield Oddity("its action is not known")
        return
    try:
        tag = Reference.parse(change.tag) if change.tag else None
        digest = Reference.parse(change.digest) if change.digest else None
    except InvalidReference:
        yield Oddity("what it names is no image")
        return
    named = tag or digest
    if named is None:
        yield Oddity("it names no image")
        return
    yield Claim(
        named.registry,
        named.repository,
        tag.tag if tag else None,
        str(digest.digest) if digest and digest.digest else None,
        message.message_id,
        read_moment(message.publish_time),
        deleted=change.action == "DELETE",
    )
