"""CNCF distribution's notifications: an envelope of unrelated events (``docs/content/about/notifications.md``).

GitLab's registry and Azure's send events of the same shape.
"""

from typing import Any

import msgspec

from tagwake.core.errors import InvalidHook
from tagwake.formats.webhook.body import read_json
from tagwake.formats.webhook.delivery import Claim, Delivery, Finding, Findings, Oddity
from tagwake.formats.webhook.moment import read_moment

_WITHOUT_MOVES = frozenset({"pull", "mount"})


class Target(msgspec.Struct, rename="camel"):
    """What an event is about; a pushed blob has no tag, and a media type that is no manifest's."""

    media_type: str | None = None
    digest: str | None = None
    repository: str | None = None
    tag: str | None = None


class Request(msgspec.Struct):
    """The request that caused an event; ``host`` is the registry as the client called it."""

    host: str | None = None


class Event(msgspec.Struct):
    """One event."""

    action: str
    id: str | None = None
    timestamp: Any = None
    target: Target | None = None
    request: Request | None = None


class _Envelope(msgspec.Struct):
    events: list[msgspec.Raw]


def read(delivery: Delivery) -> Findings:
    """Pushes by tag, and deletions of a tag, of a manifest (or a blob: the two look alike) and of a repository."""
    for raw in read_json(delivery.body, _Envelope).events:
        try:
            event = read_json(raw, Event)
        except InvalidHook as error:
            yield Oddity(str(error))
            continue
        if event.action in _WITHOUT_MOVES:
            continue
        if event.action not in {"push", "delete"}:
            yield Oddity("it has an event with an action that is not known")
            continue
        yield from findings_of(event)


def findings_of(event: Event) -> tuple[Finding, ...]:
    """What a push or a deletion claims."""
    target = event.target
    if target is None or not target.repository:
        return (Oddity("it has an event that names no repository"),)
    is_deletion = event.action == "delete"
    if not is_deletion and not _is_manifest(target.media_type):
        return ()
    return (
        Claim(
            registry=event.request.host if event.request else None,
            repository=target.repository,
            tag=target.tag,
            digest=target.digest,
            id=event.id,
            at=read_moment(event.timestamp),
            deleted=is_deletion,
        ),
    )


def _is_manifest(media_type: str | None) -> bool:
    """Whether it is a manifest's or an index's, of whatever standard; one that is not told is taken for that."""
    return not media_type or ".manifest." in media_type or ".image.index." in media_type
