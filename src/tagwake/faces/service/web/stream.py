"""A tag: its timeline, and below it the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from tagwake.core.history import Gap, Move
from tagwake.core.history_page import Cursor, HistoryPage, HistoryQuery, select
from tagwake.core.reference import Stream
from tagwake.faces.service.asgi import Answer
from tagwake.faces.service.web.spans import ALL, SPANS, choose
from tagwake.faces.service.web.visit import NotFound, Visit
from tagwake.formats.report.timeline_svg import lane_of, summary, timeline_svg
from tagwake.ports.history_store import TagState
from tagwake.wiring.service import Service

PAGE = 50
"""Rows of the log on a page."""
DRAWN = 400
"""Moves that are drawn at most."""


@dataclass(frozen=True, slots=True)
class _Found:
    state: TagState
    moves: tuple[Move, ...]
    gaps: tuple[Gap, ...]
    is_watched: bool
    page: HistoryPage


async def stream_page(visit: Visit, stream: Stream) -> Answer:
    """The page."""
    question = visit.question("span", "page")
    found = await visit.service.call(_read, visit.service, stream, question.cursor("page"))
    if found is None:
        raise NotFound(f"Nothing is known of {stream}. To follow it: tagwake watch add {stream}")
    span = choose(question.text("span"), [found.moves], visit.now)
    lane = lane_of(found.moves, found.gaps, found.state.seen_at, visit.now)
    picture = timeline_svg(lane, span.axis, summary(str(stream), found.moves, span.axis))
    return visit.page(
        "stream",
        stream=stream,
        state=found.state,
        is_watched=found.is_watched,
        picture=Markup(picture),  # noqa: S704 - written by us
        is_cut=lane.is_cut and span.axis.start < found.moves[-1].seen_at,
        drawn=DRAWN,
        rows=_rows(found.page.moves, found.gaps, is_first=question.text("page") is None),
        next=None if found.page.next is None else str(found.page.next),
        page=question.text("page"),
        span=span.name,
        asked=question.text("span"),
        spans=[*((name, text) for name, (text, _) in SPANS.items()), (ALL, "all")],
        search=str(stream),
    )


def _read(service: Service, stream: Stream, place: Cursor | None) -> _Found | None:
    state = service.history.tag(stream)
    if state is None:
        return None
    page = select(
        lambda limit, before: service.history.newest_moves(stream, limit, before),
        HistoryQuery(PAGE, after=place),
    )
    return _Found(
        state,
        service.history.newest_moves(stream, DRAWN),
        service.watches.gaps(stream),
        service.watches.is_watched(stream),
        page,
    )


def _rows(moves: Sequence[Move], gaps: Sequence[Gap], *, is_first: bool) -> list[Move | Gap]:
    """The moves of a page, newest first, and the gaps that lie among them."""
    if not moves:
        return []
    newest = datetime.max.replace(tzinfo=moves[0].seen_at.tzinfo) if is_first else moves[0].seen_at
    among = [gap for gap in gaps if moves[-1].seen_at < gap.end <= newest]
    rows: list[Move | Gap] = [*moves, *among]
    rows.sort(key=lambda row: row.end if isinstance(row, Gap) else row.seen_at, reverse=True)
    return rows
