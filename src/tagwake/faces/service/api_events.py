"""``/api/events``: the feed, for whoever reads on from a cursor."""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from tagwake.core.reference import Stream
from tagwake.faces.service.api_fields import MAX_CURSOR, MAX_IMAGE, TAGGED, read_reference
from tagwake.faces.service.api_problem import PROBLEMS
from tagwake.faces.service.feed_watch import FeedWatch
from tagwake.formats.api.fields import SAFE_LENGTH
from tagwake.formats.api.history import EventsDocument, events_document

DEFAULT = 100
MOST = 1000
LONGEST_WAIT = 60

Feed = NamedDependency[FeedWatch]


@get(
    "/events",
    summary="What was told after a cursor",
    description=(
        "Append-only and in commit order: a reader that goes on with next misses nothing. "
        "Where there is nothing yet, it waits for the first event. newest is where a reader of news begins."
    ),
    responses=PROBLEMS,
    tags=["events"],
)
async def events(
    feed: Feed,
    after: Annotated[
        int, QueryParameter(description="The cursor of the last event that is known.", ge=0, le=MAX_CURSOR)
    ] = 0,
    wait: Annotated[
        float, QueryParameter(description="Seconds to wait for an event.", ge=0, le=LONGEST_WAIT)
    ] = 0,
    n: Annotated[int, QueryParameter(description="At most so many events.", ge=1, le=MOST)] = DEFAULT,
    image: Annotated[
        str | None,
        QueryParameter(
            description="Only events of this tag.",
            min_length=1,
            max_length=MAX_IMAGE,
            schema_extra={"pattern": TAGGED, "max_length": SAFE_LENGTH},
        ),
    ] = None,
) -> EventsDocument:
    """A piece of the feed."""
    stream: Stream | None = None if image is None else read_reference(image).stream
    told, newest = await feed.events(after, n, stream, wait)
    return events_document(told, after, newest)


HANDLERS: Sequence[Any] = (events,)
