"""What the API says where it cannot answer: one line of JSON, and a status that is documented."""

import logging
from collections.abc import Mapping
from typing import Any

from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import ExceptionHandlersMap
from msgspec import Struct

from tagwake.core.errors import InvalidInput, InvalidReference, StoreFailed, UsageRefused
from tagwake.faces.service.health import SILENT
from tagwake.faces.service.logs import say


class Problem(Struct):
    """What is wrong, and what to do, in one line."""

    status: int
    error: str


class Refused(Exception):
    """A request that is not answered, with its status and one line."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status


def spec(text: str) -> ResponseSpec:
    """How a problem is documented."""
    return ResponseSpec(Problem, generate_examples=False, description=text)


PROBLEMS: Mapping[int, ResponseSpec] = {
    400: spec("The request cannot be read; error says why."),
    401: spec("It needs a token."),
    403: spec("The token does not allow it."),
    429: spec("Too many requests with this token; Retry-After says when to go on."),
    503: spec("The database does not answer."),
}
"""What every path may answer."""
ABSENT: Mapping[int, ResponseSpec] = {404: spec("There is none of this name.")}
TAKEN: Mapping[int, ResponseSpec] = {409: spec("It cannot be done as things are; error says why.")}
TOO_LARGE: Mapping[int, ResponseSpec] = {413: spec("The body is too large.")}

Asking = Request[Any, Any, Any]


def _answer(status: int, error: str, headers: dict[str, str] | None = None) -> Response[Problem]:
    line = " ".join(error.split())
    return Response(Problem(status, line), status_code=status, headers=headers, media_type=MediaType.JSON)


def _of_http(_: Asking, error: HTTPException) -> Response[Problem]:
    """Litestar's own: a parameter that is missing or of another kind, no such path or method, a body too large."""
    said = [_fault(each) for each in error.extra] if isinstance(error.extra, list) else []
    detail = "; ".join(said) or error.detail or "it cannot be answered"
    return _answer(error.status_code, detail, dict(error.headers or {}))


def _fault(fault: Any) -> str:
    if not isinstance(fault, dict):
        return str(fault)
    key, message = fault.get("key"), fault.get("message", "it cannot be read")
    return f"{key}: {message}" if key else str(message)


def _of_reference(_: Asking, error: InvalidReference) -> Response[Problem]:
    return _answer(400, f"{error.text[:200]!r} is no image reference: {error.problem}")


def _of_store(_: Asking, error: StoreFailed) -> Response[Problem]:
    say(logging.ERROR, "a request could not be answered", reason=str(error))
    return _answer(503, SILENT, {"retry-after": "1"})


HANDLERS: ExceptionHandlersMap = {
    HTTPException: _of_http,
    Refused: lambda _, error: _answer(error.status, str(error)),
    InvalidReference: _of_reference,
    InvalidInput: lambda _, error: _answer(400, str(error)),
    UsageRefused: lambda _, error: _answer(409, str(error)),
    StoreFailed: _of_store,
}
"""How what is raised is told; whatever else is raised is a fault of ours, and the server's to tell."""
