"""The feed of events, newest first."""

from tagwake.core.errors import InvalidReference
from tagwake.core.reference import DEFAULT_TAG, Reference, Stream
from tagwake.faces.service.asgi import Answer
from tagwake.faces.service.question import BadQuestion
from tagwake.faces.service.web.visit import Visit

PAGE = 50
MAX_CURSOR = 2**62


async def events(visit: Visit) -> Answer:
    """The page."""
    question = visit.question("before", "image")
    before = question.number("before", 0, MAX_CURSOR) or None
    text = (question.text("image") or "").strip()
    stream = _stream(text) if text else None
    feed = visit.service.feed
    found = await visit.service.call(feed.newest_events, PAGE + 1, stream, before)
    newest = await visit.service.call(feed.newest)
    return visit.page(
        "events",
        found=found[:PAGE],
        next=found[PAGE - 1].cursor if len(found) > PAGE else None,
        newest=newest,
        before=before,
        image=text,
        stream=stream,
        search=text,
    )


def _stream(text: str) -> Stream:
    try:
        read = Reference.parse(text)
    except InvalidReference as error:
        raise BadQuestion("image", f"{text[:80]!r} is no image: {error.problem}") from None
    return Stream(read.registry, read.repository, read.tag or DEFAULT_TAG)
