"""``/api``: who may send hooks, how they fare, and what they sent that could not be read."""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import delete, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from tagwake.core.errors import InvalidReference
from tagwake.core.hook_source import HookSource
from tagwake.core.reference import Reference
from tagwake.faces.service.api_fields import MAX_CURSOR, Given
from tagwake.faces.service.api_problem import ABSENT, PROBLEMS, TAKEN, TOO_LARGE, Refused
from tagwake.formats.api.fields import utc
from tagwake.formats.api.work import (
    ParkedDelivery,
    ParkedDocument,
    RefusalsDocument,
    RefusedDelivery,
    SourceAnswer,
    SourceFare,
    SourceRequest,
    SourcesDocument,
    login_of,
)
from tagwake.verbs.source import add_source, hook_path

MOST_PARKED = 100

_TAGS = ["sources"]

Kind = Annotated[str, PathParameter(description="Whose hooks they are, such as harbor.", max_length=64)]
SourceName = Annotated[str, PathParameter(description="The source's name.", max_length=64)]


@get("/sources", summary="Who may send hooks, and how they fare", responses=PROBLEMS, tags=_TAGS)
async def sources(service: Given) -> SourcesDocument:
    """All sources of hooks."""
    found = await service.call(service.sources.health)
    return SourcesDocument(
        "tagwake/sources/1",
        [
            SourceFare(
                each.kind,
                each.name,
                each.added_at,
                each.accepted,
                each.refused,
                each.parked,
                utc(each.last_word_at),
                utc(each.last_refusal_at),
            )
            for each in found
        ],
    )


@post(
    "/sources",
    summary="Take hooks of a source, or what has changed of it",
    responses={**PROBLEMS, **TAKEN, **TOO_LARGE},
    tags=_TAGS,
    status_code=200,
)
async def put_source(service: Given, data: JSONBody[SourceRequest]) -> SourceAnswer:
    """Take hooks of a source."""
    source = HookSource(
        data.kind, data.name, login_of(data.login), _registry(data.registry), tuple(data.renames.items())
    )
    added = await service.call(
        add_source,
        service.sources,
        source,
        random_bytes=service.random_bytes,
        now=service.timing.now(),
    )
    return SourceAnswer(hook_path(added.source), added.is_new)


@delete(
    "/sources/{kind:str}/{name:str}",
    summary="Take no hooks of a source any more",
    responses={**PROBLEMS, **ABSENT},
    tags=_TAGS,
    status_code=204,
)
async def remove_source(service: Given, kind: Kind, name: SourceName) -> None:
    """Take no hooks of it any more, and drop what is kept of it."""
    if not await service.call(service.sources.remove, kind, name):
        raise _unknown(kind, name)


@get(
    "/sources/{kind:str}/{name:str}/refusals",
    summary="Why hooks of a source were refused lately",
    responses={**PROBLEMS, **ABSENT},
    tags=_TAGS,
)
async def refusals(service: Given, kind: Kind, name: SourceName) -> RefusalsDocument:
    """The last reasons, newest first."""
    if not any((each.kind, each.name) == (kind, name) for each in await service.call(service.sources.health)):
        raise _unknown(kind, name)
    found = await service.call(service.sources.refusals, kind, name)
    return RefusalsDocument("tagwake/refusals/1", [RefusedDelivery(each.at, each.reason) for each in found])


@get(
    "/parked",
    summary="Hooks that were authenticated and could not be read",
    responses=PROBLEMS,
    tags=_TAGS,
)
async def parked(
    service: Given,
    kind: Annotated[str | None, QueryParameter(description="Only of this kind.", max_length=64)] = None,
    name: Annotated[str | None, QueryParameter(description="Only of this name.", max_length=64)] = None,
    before: Annotated[
        int, QueryParameter(description="Only those of smaller numbers.", ge=0, le=MAX_CURSOR)
    ] = MAX_CURSOR,
    n: Annotated[int, QueryParameter(description="At most so many.", ge=1, le=MOST_PARKED)] = 20,
) -> ParkedDocument:
    """What is parked, newest first."""
    found = await service.call(service.sources.parked, n, kind=kind, name=name, before=before)
    return ParkedDocument(
        "tagwake/parked/1",
        [
            ParkedDelivery(
                each.number,
                each.kind,
                each.name,
                each.at,
                each.reason,
                each.size,
                each.body.decode(errors="replace"),
            )
            for each in found
        ],
    )


HANDLERS: Sequence[Any] = (sources, put_source, remove_source, refusals, parked)


def _unknown(kind: str, name: str) -> Refused:
    return Refused(404, f"there is no source {kind}/{name}: GET /api/sources lists what there is")


def _registry(text: str | None) -> str | None:
    """The host as references have it."""
    if text is None:
        return None
    try:
        read = Reference.parse(f"{text}/x")
    except InvalidReference as error:
        raise Refused(400, f"registry: {text[:200]!r} is no host of a registry: {error.problem}") from None
    if read.name != f"{text}/x" or read.repository not in ("x", "library/x"):
        raise Refused(
            400, f"registry: {text[:200]!r} is no host of a registry, such as registry.example:5000"
        )
    return read.registry
