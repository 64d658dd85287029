"""A digest: every tag that it was ever under, and when."""

from datetime import datetime, timedelta

from markupsafe import Markup

from tagwake.core.digest import Digest
from tagwake.faces.service.asgi import Answer
from tagwake.faces.service.web.visit import NotFound, Visit
from tagwake.formats.report.moment_text import exactly
from tagwake.formats.report.time_axis import TimeAxis
from tagwake.formats.report.timeline_svg import Block, Lane, axis_svg, strip_svg
from tagwake.ports.history_store import Placement

SHOWN = 200
"""Tags that are listed; more are counted."""


async def digest_page(visit: Visit, digest: Digest) -> Answer:
    """The page."""
    placements = await visit.service.call(visit.service.history.tags_of, digest)
    if not placements:
        raise NotFound(f"No tag was ever seen to point to {digest}.")
    known = await visit.service.call(visit.service.history.known, digest)
    current = sum(each.until is None for each in placements)
    ordered = sorted(placements, key=lambda each: (each.until is not None, -each.since.timestamp()))[:SHOWN]
    axis = _axis(placements, visit.now)
    return visit.page(
        "digest",
        digest=digest,
        known=known,
        rows=[(each, _bar(digest, each, axis)) for each in ordered],
        axis=Markup(axis_svg(axis)),  # noqa: S704 - written by us
        total=len(placements),
        tags=len({each.stream for each in placements}),
        current=current,
        first=min(each.since for each in placements),
        search=str(digest),
    )


def _axis(placements: tuple[Placement, ...], now: datetime) -> TimeAxis:
    start = min(each.since for each in placements)
    lead = max((now - start) * 0.02, timedelta(minutes=30))
    return TimeAxis(start - lead, max(now, start + lead))


def _bar(digest: Digest, placement: Placement, axis: TimeAxis) -> Markup:
    until = placement.until or axis.end
    sure = placement.last_seen if placement.until is None else until
    said = f"{placement.stream}: from {exactly(placement.since)} to " + (
        "now" if placement.until is None else exactly(placement.until)
    )
    lane = Lane((Block(digest, placement.since, sure, until),), starts_blank=True)
    return Markup(strip_svg(lane, axis, said))  # noqa: S704 - written by us
