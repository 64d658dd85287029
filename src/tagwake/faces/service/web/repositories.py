"""All repositories by name; and one, its tags as small timelines beneath one another on one axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from tagwake.core.errors import InvalidInput
from tagwake.core.history import Gap, Move
from tagwake.core.reference import MAX_TAG
from tagwake.faces.service.asgi import Answer
from tagwake.faces.service.question import BadQuestion
from tagwake.faces.service.web.spans import ALL, SPANS, choose
from tagwake.faces.service.web.visit import NotFound, Visit
from tagwake.formats.history.moment import read_moment
from tagwake.formats.report.timeline_svg import axis_svg, lane_of, strip_svg, summary
from tagwake.ports.history_store import TagState
from tagwake.wiring.service import Service

PAGE = 100
"""Repositories of a page."""
TAGS = 25
"""Tags of a page."""
DRAWN = 60
"""Moves that are drawn of a tag."""


@dataclass(frozen=True, slots=True)
class _Tag:
    state: TagState
    moves: tuple[Move, ...]
    gaps: tuple[Gap, ...]


async def repositories(visit: Visit) -> Answer:
    """The list, page by page."""
    after = visit.question("after").text("after")
    registry, _, name = (after or "").partition("/")
    found = await visit.service.call(
        visit.service.history.repositories, PAGE + 1, (registry, name) if after else None
    )
    last = found[PAGE - 1] if len(found) > PAGE else None
    return visit.page(
        "repositories",
        found=found[:PAGE],
        after=after,
        next=None if last is None else f"{last.registry}/{last.repository}",
        search="",
    )


async def repository(visit: Visit, registry: str, name: str) -> Answer:
    """One of them."""
    question = visit.question("span", "start", "after")
    start = (question.text("start") or "")[:MAX_TAG]
    after = _place(question.text("after"))
    shown, is_last = await visit.service.call(_read, visit.service, (registry, name), start, after)
    if not shown and not start and after is None:
        raise NotFound(
            f"Nothing is known of {registry}/{name}. "
            f"To follow its tags: tagwake watch add '{registry}/{name}:*'"
        )
    span = choose(question.text("span"), [each.moves for each in shown], visit.now)
    strips = [
        Markup(  # noqa: S704 - written by us
            strip_svg(
                lane_of(each.moves, each.gaps, each.state.seen_at, visit.now),
                span.axis,
                summary(each.state.stream.tag, each.moves, span.axis),
            )
        )
        for each in shown
    ]
    return visit.page(
        "repository",
        registry=registry,
        repository=name,
        rows=list(zip(shown, strips, strict=True)),
        axis=Markup(axis_svg(span.axis)),  # noqa: S704 - written by us
        span=span.name,
        asked=question.text("span"),
        spans=_choices(),
        start=start,
        after=question.text("after"),
        next=None if is_last else _place_text(shown[-1].state),
        search=f"{registry}/{name}",
    )


def _choices() -> Sequence[tuple[str, str]]:
    return [*((name, text) for name, (text, _) in SPANS.items()), (ALL, "all")]


def _read(
    service: Service, name: tuple[str, str], start: str, after: tuple[datetime, str] | None
) -> tuple[list[_Tag], bool]:
    """The tags of a page, and whether it is the last."""
    states = service.history.tags(*name, TAGS + 1, start=start, after=after)
    return [_tag(service, state) for state in states[:TAGS]], len(states) <= TAGS


def _tag(service: Service, state: TagState) -> _Tag:
    gaps = () if state.watched_since is None else service.watches.gaps(state.stream)
    return _Tag(state, service.history.newest_moves(state.stream, DRAWN), gaps)


def _place(text: str | None) -> tuple[datetime, str] | None:
    """Where the page before has ended: a time and the name of a tag."""
    if text is None:
        return None
    moment, _, tag = text.partition(" ")
    try:
        return read_moment(moment), tag[:MAX_TAG]
    except InvalidInput:
        raise BadQuestion("after", "after is what the link to the next page has: use it as it is") from None


def _place_text(state: TagState) -> str:
    return f"{state.moved_at.isoformat().replace('+00:00', 'Z')} {state.stream.tag}"
