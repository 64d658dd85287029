"""The words of ASGI that our own routes use: a scope, an answer, and how it is sent."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of which the whole body is at hand.

    :param headers: further ones, by lower-case names.
    """

    status: int
    body: bytes = field(default=b"", repr=False)
    media_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


def problem(status: int, error: str, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """One line of JSON that says what is wrong and what to do."""
    return Answer(status, msgspec.json.encode({"status": status, "error": error}), JSON, headers)


async def reply(answer: Answer, scope: Scope, send: Send) -> None:
    """Send it; to a HEAD everything but its body (RFC 9110, section 9.3.2)."""
    headers = [
        (b"content-type", answer.media_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        *((name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    body = b"" if scope["method"] == "HEAD" else answer.body
    await send({"type": "http.response.body", "body": body})


def header(scope: Scope, name: bytes) -> str | None:
    """The first header of this lower-case name, or ``None``."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value).decode("latin-1")
    return None
