"""Chainguard's CloudEvents in binary mode; all events of an organisation arrive, and few are of tags.

A push tells repository and tag. The events of the platform's API give ids alone, so that what earlier events said of an
id is remembered: a repository by its UIDP, the organisation by the first part of that, a tag by its own id.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from tagwake.formats.webhook.body import read_json
from tagwake.formats.webhook.cloud_event import CloudEvent, is_binary, read_cloud_event
from tagwake.formats.webhook.delivery import Claim, Delivery, Finding, Findings, Lesson, Oddity
from tagwake.formats.webhook.moment import read_moment

REGISTRY = "cgr.dev"
_PUSH = "dev.chainguard.registry.push.v1"
_API = "dev.chainguard.api.platform.registry."
_REPOSITORIES = frozenset({f"{_API}repo.created.v1", f"{_API}repo.updated.v1"})
_TAGS = frozenset({f"{_API}tag.created.v1", f"{_API}tag.updated.v1"})
_TAG_DELETED = f"{_API}tag.deleted.v1"
_UIDP = re.compile(r"[0-9a-f]{40}(?:/[0-9a-f]{16})*")
_LABEL = re.compile(r"[a-z0-9-]{1,63}")


class _Error(msgspec.Struct):
    code: str | None = None
    status: int | None = None


class _Push(msgspec.Struct):
    repository: str | None = None
    repo_id: str | None = None
    tag: str | None = None
    digest: str | None = None
    type: str | None = None
    when: Any = None
    subdomain: str | None = None
    display_name: str | None = None
    error: _Error | None = None


class _Named(msgspec.Struct):
    id: str
    name: str | None = None
    digest: str | None = None


class _Body(msgspec.Struct):
    body: msgspec.Raw


def read(delivery: Delivery) -> Findings:
    """Pushes by tag, and what the API tells of tags."""
    if not is_binary(delivery):
        yield Oddity("it has no Ce-Type header: it is no CloudEvent in binary mode")
        return
    event = read_cloud_event(delivery)
    if event.type == _PUSH:
        yield from _pushed(event, delivery)
    elif event.type in _REPOSITORIES:
        yield from _repository(event, delivery)
    elif event.type in _TAGS or event.type == _TAG_DELETED:
        yield from _tag(event, delivery)
    elif not event.type.startswith("dev.chainguard."):
        yield Oddity("it is no event of Chainguard")


def _inner(event: CloudEvent) -> msgspec.Raw:
    return read_json(event.data, _Body).body


def _pushed(event: CloudEvent, delivery: Delivery) -> Iterator[Finding]:
    push = read_json(_inner(event), _Push)
    if push.type != "manifest" or (push.error is not None and (push.error.code or push.error.status)):
        return
    repository, uidp = push.repository or "", push.repo_id or ""
    if _UIDP.fullmatch(repository):  # an internal service pushed it
        repository = _known(repository, delivery, push.display_name)
    elif repository and _UIDP.fullmatch(uidp):
        yield Lesson(uidp, repository)
        yield Lesson(uidp.partition("/")[0], repository.partition("/")[0])
    if not repository:
        yield Oddity("it names no repository")
        return
    registry = (
        f"{push.subdomain}.{REGISTRY}" if push.subdomain and _LABEL.fullmatch(push.subdomain) else REGISTRY
    )
    at = read_moment(push.when) or event.at
    yield Claim(registry, repository, push.tag, push.digest, event.id, at)


def _repository(event: CloudEvent, delivery: Delivery) -> Iterator[Finding]:
    """A repository has a name from now on; its organisation's may be known."""
    repository = read_json(_inner(event), _Named)
    organisation = delivery.known.get(repository.id.partition("/")[0])
    if organisation and repository.name and _UIDP.fullmatch(repository.id):
        yield Lesson(repository.id, f"{organisation}/{repository.name}")


def _tag(event: CloudEvent, delivery: Delivery) -> Iterator[Finding]:
    tag = read_json(_inner(event), _Named)
    name = tag.name or delivery.known.get(tag.id)
    if tag.name and _UIDP.fullmatch(tag.id):
        yield Lesson(tag.id, tag.name)
    parents = (event.subject, tag.id, tag.id.rpartition("/")[0])
    repository = next((known for uidp in parents if "/" in (known := delivery.known.get(uidp, ""))), None)
    if repository is None:
        yield Oddity("the repository whose id it gives is not known: no push has named it yet")
        return
    deleted = event.type == _TAG_DELETED
    if name or deleted:
        yield Claim(REGISTRY, repository, name, tag.digest, event.id, event.at, deleted)


def _known(uidp: str, delivery: Delivery, display_name: str | None) -> str:
    """A repository by its UIDP: as it was told, else of the organisation that is known, else under the organisation's id."""
    if uidp in delivery.known:
        return delivery.known[uidp]
    if not display_name or "/" in display_name:
        return display_name or ""
    group = uidp.partition("/")[0]
    return f"{delivery.known.get(group, group)}/{display_name}"
