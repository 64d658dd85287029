"""The service as one ASGI application: who answers what, who may ask, and what is said of it."""

import logging
from collections.abc import Callable
from functools import cached_property

import msgspec

from tagwake.core.errors import TagwakeError
from tagwake.faces.service import route
from tagwake.faces.service.access import Access
from tagwake.faces.service.api import description, open_api
from tagwake.faces.service.api_work import CALLER
from tagwake.faces.service.asgi import (
    Answer,
    Application,
    Message,
    Receive,
    Scope,
    Send,
    problem,
    reply,
)
from tagwake.faces.service.feed_watch import FeedWatch
from tagwake.faces.service.health import SILENT, Health
from tagwake.faces.service.logs import LOGGER, say
from tagwake.faces.service.metrics import Metrics
from tagwake.faces.service.registry_shapes import RegistryShapes
from tagwake.faces.service.security_headers import secured
from tagwake.faces.service.web.visit import MAY_WRITE
from tagwake.wiring.service import Service

Note = Callable[[str, str, int], None]
"""Told of each hook's answer: kind, source, status."""
Refuse = Callable[[Scope, Answer], Answer]
"""Tells a person why they are not let in, instead of a program."""


class App:
    """Answers every request.

    :param hooks: makes the application for ``/hooks/…``, given whom to tell of its answers.
    :param pages: the application for everything that is no API; ``refuse`` says there why somebody is not let in.
    """

    def __init__(
        self,
        service: Service,
        access: Access,
        *,
        hooks: Callable[[Note], Application] | None = None,
        pages: Application | None = None,
        refuse: Refuse | None = None,
    ) -> None:
        self._access = access
        self._monotonic = service.timing.monotonic
        self.feed = FeedWatch(service)
        self.health = Health(service)
        self.metrics = Metrics(service)
        self._api = open_api(service, self.feed)
        self._shapes = RegistryShapes(service)
        self._hooks = hooks(self.metrics.hooked) if hooks is not None else None
        self._pages, self._refuse = pages, refuse

    def leave(self) -> None:
        """Take leave: send home who waits for news, and say that nothing new is to come here."""
        self.health.leave()
        self.feed.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, count it, and log it."""
        if scope["type"] != "http":
            raise RuntimeError(f"only requests of HTTP are answered, and this is {scope['type']}")
        answering = _Answering(send)
        start = self._monotonic()
        area = area_of(scope["path"])
        name = ""
        try:
            admitted = _UNWRITABLE if area != "hooks" and _has_nul(scope) else await self._access.admit(scope)
            if isinstance(admitted, Answer):
                if area == "pages" and self._refuse is not None:
                    admitted = self._refuse(scope, admitted)
                await reply(admitted, scope, answering)
            else:
                name = scope[CALLER] = admitted.name
                scope[MAY_WRITE] = admitted.may_write
                await self._answer(area, scope, receive, answering)
        except Exception as error:  # noqa: BLE001 - the last place that can tell whoever asked
            await self._failed(error, scope, answering)
        seconds = self._monotonic() - start
        status = answering.status
        if status:  # else whoever asked has gone
            self.metrics.answered(area, scope["method"], status, seconds)
            _log(area, scope, status, seconds, name)

    @cached_property
    def _description(self) -> bytes:
        """What the API says of itself; made when it is first asked for, which takes a while."""
        return msgspec.json.encode(description(self._api))

    async def _answer(self, area: str, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if area == "hooks" and self._hooks is not None:
            await self._hooks(scope, receive, send)
        elif area == "registry":
            await self._shapes(scope, receive, send)
        elif area == "api":
            if scope["method"] == "HEAD":  # Litestar has no HEAD of its own for what it answers a GET
                scope, send = {**scope, "method": "GET"}, _without_body(send)
            await self._api(scope, receive, send)  # type: ignore[arg-type]  # its types are narrower names of ours
        elif area == "health":
            await reply(await self.health.answer(path), scope, send)
        elif area == "metrics":
            await reply(await self.metrics.answer(), scope, send)
        elif area == "openapi":
            await reply(Answer(200, self._description), scope, send)
        elif self._pages is not None:
            await self._pages(scope, receive, send)
        else:
            await reply(problem(404, "there is nothing here"), scope, send)

    async def _failed(self, error: Exception, scope: Scope, answering: "_Answering") -> None:
        if isinstance(error, TagwakeError):
            say(logging.ERROR, "a request could not be answered", reason=str(error))
            answer = problem(503, SILENT, (("retry-after", "1"),))
        else:
            LOGGER.error("a request met something that tagwake does not know", exc_info=error)
            answer = problem(500, "tagwake met something that it does not know: its log says what")
        if not answering.status:
            await reply(answer, scope, answering)


class _Answering:
    """Sends an answer under the headers that every one has, and remembers its status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = secured(message)
        await self._send(message)


def _without_body(send: Send) -> Send:
    """Everything but the body (RFC 9110, section 9.3.2)."""

    async def sent(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return sent


_UNWRITABLE = problem(400, "nothing here has the character NUL in it")


def _has_nul(scope: Scope) -> bool:
    """Whether a question holds the one character that PostgreSQL keeps in no text."""
    return "\0" in scope["path"] or b"%00" in scope["query_string"]


_WHOLE = {"/healthz": "health", "/readyz": "health", "/metrics": "metrics", "/openapi.json": "openapi"}


def area_of(path: str) -> str:
    """Who answers: a word, for metrics too."""
    whole = _WHOLE.get(path)
    if whole is not None:
        return whole
    if path.startswith("/hooks/"):
        return "hooks"
    if path.startswith((route.V2, route.QUAY)) or path == "/v2":
        return "registry"
    return "api" if path.startswith("/api/") or path == "/api" else "pages"


def _log(area: str, scope: Scope, status: int, seconds: float, name: str) -> None:
    """A line a request; good hooks and questions for health are many, and are counted instead."""
    if area in ("hooks", "health", "metrics") and status < 400:
        return
    client = scope.get("client")
    say(
        logging.WARNING if status >= 500 else logging.INFO,
        "request",
        method=scope["method"],
        path=scope["path"],
        status=status,
        milliseconds=round(seconds * 1000, 1),
        client=client[0] if client else "",
        token=name,
    )
