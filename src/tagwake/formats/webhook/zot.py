"""zot's CloudEvents; a ``reference`` is a tag or a digest."""

import msgspec

from tagwake.formats.webhook.body import read_json
from tagwake.formats.webhook.cloud_event import read_cloud_event
from tagwake.formats.webhook.delivery import Claim, Delivery, Findings, Oddity

_UPDATED = "zotregistry.image.updated"
_DELETED = "zotregistry.image.deleted"
_WITHOUT_MOVES = frozenset({"zotregistry.repository.created", "zotregistry.image.lint_failed"})


class _Data(msgspec.Struct):
    name: str
    reference: str | None = None
    digest: str | None = None


def read(delivery: Delivery) -> Findings:
    """Pushes by tag, and deletions."""
    event = read_cloud_event(delivery)
    if event.type in _WITHOUT_MOVES:
        return
    if event.type not in {_UPDATED, _DELETED}:
        yield Oddity("its type of event is not known")
        return
    data = read_json(event.data, _Data)
    yield Claim(
        None,
        data.name,
        data.reference,
        data.digest,
        event.id,
        event.at,
        deleted=event.type == _DELETED,
    )
