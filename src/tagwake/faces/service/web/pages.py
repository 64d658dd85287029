"""The pages as one ASGI application: which path is which page, and what is said where there is none."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

import msgspec

from tagwake.core.digest import HEX_LENGTHS, Digest
from tagwake.core.errors import InvalidDigest, InvalidReference, StoreFailed, TagwakeError
from tagwake.core.reference import Reference, Stream
from tagwake.faces.service.access import Access
from tagwake.faces.service.asgi import Answer, Receive, Scope, Send, reply
from tagwake.faces.service.health import SILENT
from tagwake.faces.service.logs import say
from tagwake.faces.service.question import BadQuestion
from tagwake.faces.service.web import sign_in
from tagwake.faces.service.web.assets import PREFIX, serve_asset
from tagwake.faces.service.web.deliveries import act, deliveries, delivery
from tagwake.faces.service.web.digest import digest_page
from tagwake.faces.service.web.events import events
from tagwake.faces.service.web.home import home
from tagwake.faces.service.web.rendering import prepare
from tagwake.faces.service.web.repositories import repositories, repository
from tagwake.faces.service.web.search import search
from tagwake.faces.service.web.sources import source, sources
from tagwake.faces.service.web.stream import stream_page
from tagwake.faces.service.web.visit import NotFound, Refused, Visit, link, see
from tagwake.wiring.service import Service

MAX_PATH = 1024

_PLAIN: Mapping[str, Callable[[Visit], Awaitable[Answer]]] = {
    "/": home,
    "/search": search,
    "/repositories": repositories,
    "/events": events,
    "/deliveries": deliveries,
    "/sources": sources,
}
_SAFE = ("GET", "HEAD")
_HEADINGS = {
    400: "That question cannot be read",
    403: "This is not done",
    404: "There is no such page",
    405: "This cannot be done here",
    429: "Too many requests",
    503: "The database does not answer",
}


class Pages:
    """Answers every request for a page.

    :param access: knows tokens, for signing in.
    """

    def __init__(self, service: Service, access: Access) -> None:
        self._service, self._access = service, access
        prepare()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await reply(await self._answer(self._visit(scope), receive), scope, send)

    def refuse(self, scope: Scope, refusal: Answer) -> Answer:
        """What a person is told who is not let in: the way to sign in, or why not."""
        visit = self._visit(scope)
        if refusal.status == 401:
            wanted = scope["path"] if scope["method"] in _SAFE else "/"
            if scope["query_string"] and wanted != "/":
                wanted += "?" + scope["query_string"].decode("latin-1")
            return see(sign_in.PATH if wanted == "/" else f"{sign_in.PATH}?to={quote(wanted, safe='/:')}")
        said = msgspec.json.decode(refusal.body)["error"]
        answer = _problem(visit, refusal.status, f"{said[:1].upper()}{said[1:]}.")
        return replace(answer, headers=(*answer.headers, *refusal.headers))

    def _visit(self, scope: Scope) -> Visit:
        return Visit(self._service, scope, scope["path"], self._service.timing.now())

    async def _answer(self, visit: Visit, receive: Receive) -> Answer:
        try:
            if visit.scope["method"] in _SAFE:
                return await self._shown(visit)
            if visit.scope["method"] == "POST":
                return await self._sent(visit, await visit.form(receive))
            return _problem(visit, 405, "Pages are read with GET, and their forms are sent with POST.")
        except NotFound as error:
            return _problem(visit, 404, str(error))
        except Refused as error:
            return _problem(visit, 403, f"{str(error)[:1].upper()}{str(error)[1:]}.")
        except BadQuestion as error:
            return _problem(visit, 400, f"{str(error)[:1].upper()}{str(error)[1:]}.")
        except StoreFailed as error:
            say(logging.ERROR, "a page could not be shown", reason=str(error))
            answer = _problem(visit, 503, f"{SILENT[:1].upper()}{SILENT[1:]}. Reload the page in a moment.")
            return replace(answer, headers=(*answer.headers, ("retry-after", "1")))
        except TagwakeError as error:
            return _problem(visit, 409, str(error))

    async def _shown(self, visit: Visit) -> Answer:
        path = visit.path
        plain = _PLAIN.get(path)
        if plain is not None:
            return await plain(visit)
        if path == sign_in.PATH:
            return sign_in.sign_in_form(visit)
        if path.startswith(PREFIX):
            found = serve_asset(path)
            if found is None:
                raise NotFound("There is no such file.")
            return found
        if path.startswith("/deliveries/"):
            return await delivery(visit, path.removeprefix("/deliveries/"))
        if path.startswith("/sources/"):
            kind, _, name = path.removeprefix("/sources/").partition("/")
            return await source(visit, kind, name)
        return await _named(visit, path[1:])

    async def _sent(self, visit: Visit, fields: Mapping[str, str]) -> Answer:
        if visit.path == sign_in.PATH:
            return await sign_in.sign_in(visit, self._access, fields)
        if visit.path == "/sign-out":
            return sign_in.sign_out(visit)
        if visit.path.startswith("/deliveries/"):
            return await act(visit, visit.path.removeprefix("/deliveries/"), fields)
        return _problem(visit, 405, "There is nothing to send here.")


async def _named(visit: Visit, name: str) -> Answer:
    """The page of what the path names: a digest, an image, a repository."""
    if len(name) > MAX_PATH:
        raise NotFound("The name is too long to be one of an image.")
    algorithm = name.partition(":")[0]
    if algorithm in HEX_LENGTHS and "/" not in name:
        try:
            return await digest_page(visit, Digest.parse(name))
        except InvalidDigest as error:
            raise NotFound(f"This is no digest: {error.problem}.") from None
    try:
        read = Reference.parse(name)
    except InvalidReference as error:
        raise NotFound(f"This is no page, and no image either: {error.problem}.") from None
    if read.digest is not None:
        return see(link(str(read.digest)))
    full = f"{read.registry}/{read.repository}" + (f":{read.tag}" if read.tag is not None else "")
    if full != name:
        return see(link(full))
    if read.tag is None:
        return await repository(visit, read.registry, read.repository)
    return await stream_page(visit, Stream(read.registry, read.repository, read.tag))


def _problem(visit: Visit, status: int, text: str) -> Answer:
    return visit.page(
        "problem", status, heading=_HEADINGS.get(status, "That cannot be done"), text=text, search=""
    )
