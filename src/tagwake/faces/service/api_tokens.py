"""``/api/tokens``: who may do what; only for tokens with the scope admin."""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import delete, get, post
from litestar.params import JSONBody, PathParameter

from tagwake.faces.service.api_fields import Given
from tagwake.faces.service.api_problem import ABSENT, PROBLEMS, TAKEN, TOO_LARGE, Refused
from tagwake.formats.api.work import TokenAnswer, TokenRequest, TokensDocument, given_token
from tagwake.verbs.token import give_token

_TAGS = ["tokens"]


@get("/tokens", summary="All tokens that were ever given", responses=PROBLEMS, tags=_TAGS)
async def tokens(service: Given) -> TokensDocument:
    """All tokens by name; the tokens themselves are not kept."""
    found = await service.call(service.tokens.tokens)
    return TokensDocument("tagwake/tokens/1", [given_token(each) for each in found])


@post(
    "/tokens",
    summary="Give a token",
    description="It is shown this once. From the first token on, every request needs one.",
    responses={**PROBLEMS, **TAKEN, **TOO_LARGE},
    tags=_TAGS,
)
async def give(service: Given, data: JSONBody[TokenRequest]) -> TokenAnswer:
    """Give a token."""
    text = await service.call(
        give_token,
        service.tokens,
        data.name,
        data.scopes,
        random_bytes=service.random_bytes,
        now=service.timing.now(),
    )
    return TokenAnswer(data.name, text)


@delete(
    "/tokens/{name:str}",
    summary="Revoke a token",
    description="It opens nothing from then on, a few seconds later at most.",
    responses={**PROBLEMS, **ABSENT},
    tags=_TAGS,
    status_code=204,
)
async def revoke(
    service: Given, name: Annotated[str, PathParameter(description="The token's name.", max_length=64)]
) -> None:
    """Let a token open nothing any more."""
    if not await service.call(service.tokens.revoke, name, now=service.timing.now()):
        raise Refused(404, f"there is no live token {name}: GET /api/tokens lists them")


HANDLERS: Sequence[Any] = (tokens, give, revoke)
