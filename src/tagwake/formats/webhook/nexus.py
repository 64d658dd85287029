"""Sonatype Nexus 3's ``rm:repository:component``: a component of the format ``docker``, its version the tag.

What stands before the component's name when it is pulled (nothing, where the repository has a port of its own) is said
by renames of the source, whose left side is the Nexus repository.
"""

from typing import Any

import msgspec

from tagwake.formats.webhook.body import read_json
from tagwake.formats.webhook.delivery import Claim, Delivery, Findings, Oddity
from tagwake.formats.webhook.moment import read_moment

_MOVING = frozenset({"CREATED", "UPDATED"})
_REMOVING = frozenset({"DELETED", "PURGED"})
_WEBHOOK = "rm:repository:component"


class _Component(msgspec.Struct):
    format: str | None = None
    name: str | None = None
    version: str | None = None


class _Body(msgspec.Struct, rename="camel"):
    timestamp: Any = None
    repository_name: str | None = None
    action: str | None = None
    component: _Component | None = None


def read(delivery: Delivery) -> Findings:
    """Pushes and deletions of a tag."""
    if delivery.headers.get("x-nexus-webhook-id", _WEBHOOK) != _WEBHOOK:
        yield Oddity("it is an event of another kind than component: switch the others off at Nexus")
        return
    body = read_json(delivery.body, _Body)
    component = body.component
    if component is None or not body.repository_name:
        yield Oddity("it names no component")
    elif component.format != "docker":
        return
    elif not component.name:
        yield Oddity("it names no repository")
    elif body.action not in _MOVING | _REMOVING:
        yield Oddity("its action is not known")
    else:
        yield Claim(
            None,
            component.name,
            component.version,
            id=delivery.headers.get("x-nexus-delivery"),
            at=read_moment(body.timestamp),
            deleted=body.action in _REMOVING,
            under=body.repository_name,
        )
