"""``/api``: what is asked of the history."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.datastructures import ResponseHeader
from litestar.params import QueryParameter

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidReference
from tagwake.core.history_page import Cursor, HistoryQuery, select
from tagwake.core.reference import Reference, Stream
from tagwake.faces.service.api_fields import (
    MAX_IMAGE,
    AnyDigestQuery,
    DigestQuery,
    Given,
    ImageQuery,
    read_digest,
    read_reference,
    read_time,
    time_query,
)
from tagwake.faces.service.api_problem import PROBLEMS, Refused
from tagwake.formats.api.fields import NAME, SAFE_LENGTH, TAG, digest_text, utc
from tagwake.formats.api.history import FirstSeenDocument, LiveDocument, PlacedTag, TagsDocument
from tagwake.formats.history import native, renovate
from tagwake.formats.history.native import Log, LogDocument
from tagwake.formats.history.next_page import write_next
from tagwake.formats.history.renovate import Release, ReleasesDocument
from tagwake.ports.history_store import HistoryStore, TagState
from tagwake.wiring.service import Service

DEFAULT = 100
MOST = 1000
"""Moves of a page."""

_TAGS_AT_ONCE = 1000
_TICK = timedelta(microseconds=1)
_TAGS = ["history"]


@get(
    "/history",
    summary="Where a tag has been",
    description="Moves newest first, those that were seen from since on and before until; a Link header leads on.",
    responses=PROBLEMS,
    response_headers=[
        ResponseHeader(
            name="link", description="The next page (RFC 8288), where there is one.", documentation_only=True
        )
    ],
    tags=_TAGS,
)
async def history(
    *,
    request: Request[Any, Any, Any],
    service: Given,
    image: ImageQuery,
    since: Annotated[str | None, time_query("Only moves that were seen then or later")] = None,
    until: Annotated[str | None, time_query("Only moves that were seen before")] = None,
    digest: AnyDigestQuery = None,
    n: Annotated[int, QueryParameter(description="At most so many moves.", ge=1, le=MOST)] = DEFAULT,
    cursor: Annotated[
        str | None,
        QueryParameter(
            description="Where a page before has ended, as its link says.",
            max_length=40,
            schema_extra={"pattern": r"^-?[0-9]{1,15}\.[0-9]{1,9}$"},
        ),
    ] = None,
) -> Response[LogDocument]:
    """A page of a tag's history."""
    stream = _stream(image)
    query = HistoryQuery(
        limit=n,
        before=None if until is None else read_time("until", until),
        since=None if since is None else _just_before(since),
        digest=None if digest is None else read_digest(digest),
        after=None if cursor is None else Cursor.parse(cursor),
    )
    source = str(request.base_url).rstrip("/")
    log, following = await service.call(_log, service, stream, query, source=source)
    headers = {}
    if following is not None:
        asked = {"image": str(stream), "since": since, "until": until, "digest": digest, "n": str(n)}
        kept = {name: value for name, value in asked.items() if value is not None}
        headers["link"] = write_next(f"/api/history?{urlencode({**kept, 'cursor': str(following)})}")
    return Response(native.document(log), headers=headers)


@get("/live", summary="What a tag was at a moment", responses=PROBLEMS, tags=_TAGS)
async def live(
    service: Given,
    image: ImageQuery,
    at: Annotated[str | None, time_query("The moment; now, where none is given")] = None,
) -> LiveDocument:
    """What a tag was at a moment, and how sure that is."""
    stream = _stream(image)
    moment = service.timing.now() if at is None else read_time("at", at)
    was = await service.call(service.history.live, stream, moment)
    return LiveDocument(
        "tagwake/live/1",
        str(stream),
        moment.astimezone(UTC),
        was.certainty.value,
        digest_text(was.digest),
        digest_text(was.candidate),
    )


@get("/tags", summary="Every tag that a digest was ever under, and when", responses=PROBLEMS, tags=_TAGS)
async def tags(service: Given, digest: DigestQuery) -> TagsDocument:
    """Where a digest was, oldest first."""
    subject = read_digest(digest)
    placements = await service.call(service.history.tags_of, subject)
    known = await service.call(service.history.known, subject)
    return TagsDocument(
        "tagwake/tags/1",
        str(subject),
        None if known is None else known.media_type,
        None if known is None else known.size,
        [
            PlacedTag(
                str(each.stream),
                each.stream.registry,
                each.stream.repository,
                each.stream.tag,
                each.since,
                utc(each.until),
                each.last_seen,
            )
            for each in placements
        ],
    )


@get(
    "/first-seen",
    summary="When a digest was first seen under a tag",
    description="By our own looks: imports do not count.",
    responses=PROBLEMS,
    tags=_TAGS,
)
async def first_seen(
    service: Given,
    image: ImageQuery,
    digest: AnyDigestQuery = None,
    format_: Annotated[
        Literal["json", "renovate"],
        QueryParameter(
            name="format", description="renovate: as a custom datasource of Renovate tells a release."
        ),
    ] = "json",
) -> FirstSeenDocument | ReleasesDocument:
    """The age of a digest under a tag; of its current one, where none is named."""
    reference = read_reference(image)
    stream = _stream(image)
    wanted = reference.digest if digest is None else read_digest(digest)
    subject, seen = await service.call(_age, service, stream, wanted)
    if format_ == "json":
        return FirstSeenDocument("tagwake/first-seen/1", str(stream), digest_text(subject), utc(seen))
    return renovate.document([] if subject is None else [Release(stream.tag, subject, seen)])


@get(
    "/releases",
    summary="The tags of a repository, as a custom datasource of Renovate tells releases",
    description=(
        "Each tag with the digest that it points to, and when we first saw it there; "
        "of an image with a tag, only that one."
    ),
    responses=PROBLEMS,
    tags=_TAGS,
)
async def releases(
    service: Given,
    image: Annotated[
        str,
        QueryParameter(
            description="An image, with or without a tag.",
            min_length=1,
            max_length=MAX_IMAGE,
            schema_extra={"pattern": rf"^{NAME}({TAG})?$", "max_length": SAFE_LENGTH},
        ),
    ],
) -> ReleasesDocument:
    """The tags of a repository and their ages."""
    try:
        reference = Reference.parse(image)
    except InvalidReference as error:
        raise Refused(400, f"image: {image[:200]!r} is no image reference: {error.problem}") from None
    return renovate.document(await service.call(_releases, service, reference))


HANDLERS: Sequence[Any] = (history, live, tags, first_seen, releases)


def _stream(image: str) -> Stream:
    stream = read_reference(image).stream
    assert stream is not None
    return stream


def _log(service: Service, stream: Stream, query: HistoryQuery, *, source: str) -> tuple[Log, Cursor | None]:
    history = service.history
    page = select(lambda limit, before: history.newest_moves(stream, limit, before), query)
    state = history.tag(stream)
    since = None if state is None else state.watched_since
    return Log(str(stream), source, since, service.watches.gaps(stream), page.moves), page.next


def _age(service: Service, stream: Stream, wanted: Digest | None) -> tuple[Digest | None, datetime | None]:
    subject = wanted or service.history.live(stream, service.timing.now()).digest
    return subject, None if subject is None else service.history.first_seen(stream, subject)


def _releases(service: Service, reference: Reference) -> list[Release]:
    """Tags that are there now, by name; one that is gone is no release."""
    history = service.history
    tags: list[TagState] = []
    if reference.stream is not None:
        named = history.tag(reference.stream)
        tags = [] if named is None else [named]
    else:
        after = None
        while page := history.tags(reference.registry, reference.repository, _TAGS_AT_ONCE, after=after):
            tags += page
            after = (page[-1].moved_at, page[-1].stream.tag)
    return [
        Release(tag.stream.tag, tag.digest, _first_seen(history, tag))
        for tag in sorted(tags, key=lambda tag: tag.stream.tag)
        if tag.digest is not None
    ]


def _first_seen(history: HistoryStore, tag: TagState) -> datetime | None:
    """Without asking for a tag that is all imported: we never saw it."""
    return None if tag.watched_since is None else history.first_seen(tag.stream, tag.digest)


def _just_before(since: str) -> datetime:
    moment = read_time("since", since)
    return moment - _TICK if moment > datetime.min.replace(tzinfo=UTC) else moment
