"""Harbor, in its default format and as CloudEvents (goharbor/harbor, ``src/pkg/notifier``).

A tag may be the digest, only the first tag of an artifact is named, and the deletion of a repository names one tag: so
a deletion is a reason to look at the whole repository.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from tagwake.formats.webhook.body import read_json
from tagwake.formats.webhook.cloud_event import is_binary, read_cloud_event
from tagwake.formats.webhook.delivery import Claim, Delivery, Finding, Findings, Oddity
from tagwake.formats.webhook.moment import read_moment

_PUSHED = frozenset({"PUSH_ARTIFACT", "harbor.artifact.pushed", "CREATE_TAG", "harbor.tag.created"})
_DELETED = frozenset({"DELETE_ARTIFACT", "harbor.artifact.deleted"})
_WITHOUT_MOVES = (
    "PULL_ARTIFACT",
    "SCANNING_",
    "QUOTA_",
    "REPLICATION",
    "TAG_RETENTION",
    "harbor.artifact.pulled",
    "harbor.scan.",
    "harbor.quota.",
    "harbor.replication.",
    "harbor.tag_retention.",
)
_CLOUD_EVENTS = "application/cloudevents+json"


class _Resource(msgspec.Struct):
    digest: str | None = None
    tag: str | None = None


class _Repository(msgspec.Struct):
    repo_full_name: str | None = None
    namespace: str | None = None
    name: str | None = None

    @property
    def path(self) -> str:
        return self.repo_full_name or f"{self.namespace or ''}/{self.name or ''}".strip("/")


class _Data(msgspec.Struct):
    resources: list[_Resource] | None = None
    repository: _Repository | None = None


class _Default(msgspec.Struct):
    type: str
    occur_at: Any = None
    event_data: msgspec.Raw = msgspec.Raw()


class _Probe(msgspec.Struct):
    specversion: str | None = None


def read(delivery: Delivery) -> Findings:
    """Pushes and deletions of artifacts."""
    if _is_cloud_event(delivery):
        event = read_cloud_event(delivery)
        type_, data, at, id_ = event.type, event.data, event.at, event.id
    else:
        default = read_json(delivery.body, _Default)
        type_, data, at, id_ = default.type, bytes(default.event_data), read_moment(default.occur_at), ""
    if type_ in _PUSHED or type_ in _DELETED:
        yield from _claims(read_json(data, _Data), at, id_ or None, deleted=type_ in _DELETED)
    elif not type_.startswith(_WITHOUT_MOVES):
        yield Oddity("its type of event is not known")


def _is_cloud_event(delivery: Delivery) -> bool:
    content_type = delivery.headers.get("content-type", "").lower()
    return (
        is_binary(delivery)
        or content_type.startswith(_CLOUD_EVENTS)
        or read_json(delivery.body, _Probe).specversion is not None
    )


def _claims(data: _Data, at: datetime | None, id_: str | None, *, deleted: bool) -> Iterator[Finding]:
    repository = data.repository.path if data.repository else ""
    if not repository:
        yield Oddity("it names no repository")
        return
    for resource in data.resources or ():
        yield Claim(None, repository, resource.tag, resource.digest, id_, at, deleted)
    if deleted:
        yield Claim(None, repository, None, None, id_, at, deleted=True)
