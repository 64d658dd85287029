"""Azure Container Registry: one event of CNCF distribution's shape a delivery; the host is that of the request."""

from tagwake.formats.webhook.body import read_json
from tagwake.formats.webhook.delivery import Delivery, Findings, Oddity
from tagwake.formats.webhook.distribution import Event, findings_of

_WITHOUT_MOVES = frozenset({"chart_push", "chart_delete", "quarantine", "ping"})


def read(delivery: Delivery) -> Findings:
    """Pushes by tag, and deletions of a manifest or a repository; the deletion of a tag sends nothing."""
    event = read_json(delivery.body, Event)
    if event.action in {"push", "delete"}:
        yield from findings_of(event)
    elif event.action not in _WITHOUT_MOVES:
        yield Oddity("its action is not known")
