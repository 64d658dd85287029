"""``/api``: what is followed, and what is taken over from others' records."""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import Request, delete, get, post
from litestar.params import JSONBody, QueryParameter

from tagwake.core.errors import InvalidAnswer, InvalidReference
from tagwake.core.hint import Hint
from tagwake.core.reference import Reference
from tagwake.core.watch_pattern import WatchPattern
from tagwake.faces.service.api_fields import MAX_IMAGE, Given
from tagwake.faces.service.api_problem import ABSENT, PROBLEMS, TOO_LARGE, Asking, Refused
from tagwake.formats.api.fields import SAFE_LENGTH, WATCH
from tagwake.formats.api.work import (
    HintAnswer,
    HintRequest,
    ImportAnswer,
    ImportRequest,
    WatchAnswer,
    Watched,
    WatchesDocument,
    WatchRequest,
    imported,
)

CALLER = "tagwake.caller"
"""Where the scope says who asks."""

_TAGS = ["watches"]


@get("/watches", summary="What is followed", responses=PROBLEMS, tags=_TAGS)
async def watches(service: Given) -> WatchesDocument:
    """All watches."""
    found = await service.call(service.watches.watches)
    return WatchesDocument(
        "tagwake/watches/1",
        [
            Watched(str(each.pattern), each.pattern.signatures, each.by, each.added_at, each.streams)
            for each in found
        ],
    )


@post(
    "/watches",
    summary="Follow tags",
    responses={**PROBLEMS, **TOO_LARGE},
    tags=_TAGS,
    status_code=200,
)
async def watch(
    request: Request[Any, Any, Any],
    service: Given,
    data: JSONBody[WatchRequest],
) -> WatchAnswer:
    """Follow what the patterns name."""
    patterns = [_pattern(text, signatures=data.signatures) for text in data.patterns]
    added = await service.call(service.watches.watch, patterns, by=caller(request), now=service.timing.now())
    return WatchAnswer(added)


@delete(
    "/watches", summary="Follow tags no more", responses={**PROBLEMS, **ABSENT}, tags=_TAGS, status_code=204
)
async def unwatch(
    service: Given,
    pattern: Annotated[
        str,
        QueryParameter(
            description="As it was given.",
            min_length=1,
            max_length=MAX_IMAGE,
            schema_extra={"pattern": WATCH, "max_length": SAFE_LENGTH},
        ),
    ],
) -> None:
    """Follow this no more; the history stays."""
    read = _pattern(pattern)
    if not await service.call(service.watches.unwatch, read):
        raise Refused(404, f"{read} is not followed: GET /api/watches lists what is")


@post(
    "/hints",
    summary="Look at tags now",
    description="For whoever pushes images and has no webhook to send. It needs a token with the scope hook.",
    responses={**PROBLEMS, **TOO_LARGE},
    tags=_TAGS,
    status_code=200,
)
async def hint(request: Request[Any, Any, Any], service: Given, data: JSONBody[HintRequest]) -> HintAnswer:
    """Make tags that are followed due now."""
    delivery = f"api:{service.random_bytes(16).hex()}"
    hints = [_hint(text, caller(request), delivery) for text in data.images]
    return HintAnswer(await service.call(service.looks.hint, hints, now=service.timing.now()))


@post(
    "/imports",
    summary="Take over what somebody's record says",
    description="What is known already changes nothing. It tells no event but tag.corrected.",
    responses={**PROBLEMS, **TOO_LARGE},
    tags=["import"],
    status_code=200,
)
async def import_sightings(service: Given, data: JSONBody[ImportRequest]) -> ImportAnswer:
    """Fold sightings into the history."""
    try:
        sightings = imported(data)
    except InvalidAnswer as error:
        raise Refused(400, str(error)) from None
    done = await service.call(service.history.import_sightings, sightings, now=service.timing.now())
    return ImportAnswer(done.sightings, done.moves, done.corrected)


HANDLERS: Sequence[Any] = (watches, watch, unwatch, hint, import_sightings)


def caller(request: Asking) -> str:
    """Who asks: the name of a token, ``api`` where none was needed."""
    return str(request.scope.get(CALLER) or "api")


def _hint(text: str, source: str, delivery: str) -> Hint:
    try:
        read = Reference.parse(text)
    except InvalidReference as error:
        raise Refused(400, f"{text[:200]!r} is no image reference: {error.problem}") from None
    return Hint(read.registry, read.repository, read.tag, kind="api", source=source, delivery=delivery)


def _pattern(text: str, *, signatures: bool = False) -> WatchPattern:
    try:
        return WatchPattern.parse(text, signatures=signatures)
    except InvalidReference as error:
        raise Refused(400, f"{text[:200]!r} is no pattern of images: {error.problem}") from None
