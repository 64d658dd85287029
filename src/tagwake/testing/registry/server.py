"""The registry as a handler of HTTP requests: who may, what goes wrong on purpose, and who answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import assert_never

from aiohttp import web

from tagwake.testing.registry import (
    answer,
    grammar,
    route,
    serve_blobs,
    serve_lists,
    serve_manifests,
    serve_tag_history,
    serve_token,
    serve_uploads,
)
from tagwake.testing.registry.auth import Need
from tagwake.testing.registry.desk import Desk, base_url
from tagwake.testing.registry.fault import Fault, FaultPlan, Kind
from tagwake.testing.registry.notification import Cause, cause
from tagwake.testing.registry.rate_limit import Bucket
from tagwake.testing.registry.refusal import Refusal
from tagwake.testing.registry.request_log import HEADERS_OF_INTEREST, Request, RequestLog
from tagwake.testing.registry.route import Route, Thing

Handler = Callable[[Desk, web.BaseRequest, Route], Awaitable[web.StreamResponse]]

_READ: dict[Thing, Handler] = {
    Thing.PING: serve_lists.ping,
    Thing.CATALOG: serve_lists.catalog,
    Thing.TAGS: serve_lists.tags,
    Thing.REFERRERS: serve_lists.referrers,
    Thing.TAG_HISTORY: serve_tag_history.get,
    Thing.EXTENSIONS: serve_tag_history.discover,
    Thing.REPOSITORY_EXTENSIONS: serve_tag_history.discover,
    Thing.MANIFEST: serve_manifests.get,
    Thing.BLOB: serve_blobs.get,
    Thing.TOKEN: serve_token.get,
}
HANDLERS: dict[tuple[Thing, str], Handler] = {
    **{(thing, method): handler for thing, handler in _READ.items() for method in ("GET", "HEAD")},
    (Thing.TOKEN, "POST"): serve_token.post,
    (Thing.MANIFEST, "PUT"): serve_manifests.put,
    (Thing.MANIFEST, "DELETE"): serve_manifests.delete,
    (Thing.BLOB, "DELETE"): serve_blobs.delete,
    (Thing.UPLOADS, "POST"): serve_uploads.start,
    (Thing.UPLOAD, "GET"): serve_uploads.status,
    (Thing.UPLOAD, "PATCH"): serve_uploads.chunk,
    (Thing.UPLOAD, "PUT"): serve_uploads.finish,
    (Thing.UPLOAD, "DELETE"): serve_uploads.cancel,
}
"""Who answers what; any other method is refused with 405."""


class RegistryServer:
    """Answers requests; all state is in what it is given."""

    def __init__(
        self, desk: Desk, log: RequestLog, faults: FaultPlan, bucket: Bucket | None, latency: float
    ) -> None:
        self._desk = desk
        self._log = log
        self._faults = faults
        self._bucket = bucket
        self._latency = latency
        self._closing = asyncio.Event()

    def close(self) -> None:
        """Let go of the requests that hang on purpose, and of uploads under way."""
        self._closing.set()
        self._desk.uploads.cancel_all()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, or misbehave as a fault says."""
        if self._latency:
            await asyncio.sleep(self._latency)
        fault = self._faults.meet(request.method, request.path)
        response = await self._misbehave(request, fault) if fault is not None else None
        if response is None:
            response = await self._answer(request)
            if fault is not None:
                response = self._spoilt(response, fault)
        is_lost = fault is not None and fault.kind in (Kind.DROP, Kind.HANG)
        self._remember(request, 0 if is_lost else response.status, response.headers)
        response.headers.setdefault(*answer.VERSION)
        return response

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            self._check_rate(request)
            asked = route.parse(request.path)
            handler = HANDLERS.get((asked.thing, request.method))
            if handler is None:
                raise _wrong_method(asked.thing, request.method)
            account = self._admit(request, asked)
            if request.headers.get("Expect", "").lower() == "100-continue":
                await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            peer = request.remote or ""
            cause.set(
                Cause(request.method, peer, request.host, request.headers.get("User-Agent", ""), account)
            )
            return await handler(self._desk, request, asked)
        except Refusal as refusal:
            return answer.refused(refusal)
        except OSError as error:
            return answer.refused(
                Refusal(500, "UNKNOWN", f"the folder cannot be used: {error.strerror or error}")
            )

    def _check_rate(self, request: web.BaseRequest) -> None:
        wait = self._bucket.wait(request.method) if self._bucket is not None else 0
        if wait:
            raise Refusal(429, "TOOMANYREQUESTS", "too many requests", {"Retry-After": str(wait)})

    def _admit(self, request: web.BaseRequest, asked: Route) -> str:
        guard = self._desk.guard
        if guard is None or asked.thing is Thing.TOKEN:
            return ""
        realm = f"{base_url(request)}{Thing.TOKEN.value}"
        need = _need(asked, request)
        return guard.admit(request.headers.get("Authorization"), need, realm, self._desk.now())

    async def _misbehave(self, request: web.BaseRequest, fault: Fault) -> web.StreamResponse | None:
        """The answer of a fault that needs no true one; None where the true one is to be spoilt."""
        match fault.kind:
            case Kind.STATUS:
                headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
                return answer.refused(Refusal(fault.status, fault.code, "this fails on purpose", headers))
            case Kind.HANG:
                await self._closing.wait()
                return _hung_up(request)
            case Kind.DROP:
                return _hung_up(request)
            case Kind.GARBAGE:
                return web.Response(body=b"\x00\xff<html>{{{", content_type="application/json")
            case Kind.ENDLESS:
                return answer.Endless(self._closing)
            case Kind.REDIRECT:
                return answer.empty(307, {"Location": fault.location})
            case Kind.NO_DIGEST | Kind.WRONG_DIGEST | Kind.TRUNCATE | Kind.STALL:
                return None
            case _ as never:
                assert_never(never)

    def _spoilt(self, response: web.StreamResponse, fault: Fault) -> web.StreamResponse:
        header = "Docker-Content-Digest"
        if fault.kind is Kind.TRUNCATE:
            return answer.Half(response, None)
        if fault.kind is Kind.STALL:
            return answer.Half(response, self._closing)
        if fault.kind is Kind.NO_DIGEST:
            response.headers.popall(header, None)
        elif header in response.headers:
            response.headers[header] = "sha256:" + "0" * 64
        return response

    def _remember(self, request: web.BaseRequest, status: int, answered: Mapping[str, str]) -> None:
        headers = {
            key: value for key in HEADERS_OF_INTEREST if (value := request.headers.get(key)) is not None
        }
        authorization = request.headers.get("Authorization")
        scheme = authorization.partition(" ")[0] if authorization else None
        digest = answered.get("Docker-Content-Digest")
        told = (request.method, request.path, request.query_string, status, headers, scheme, digest)
        self._log.add(Request(*told))


def _need(asked: Route, request: web.BaseRequest) -> Need:
    if not asked.repository:
        return Need()
    if asked.thing in (Thing.UPLOADS, Thing.UPLOAD) or request.method == "PUT":
        source = request.query.get("from") if "mount" in request.query else None
        return Need(
            asked.repository, ("pull", "push"), source if source and grammar.is_name(source) else None
        )
    return Need(asked.repository, ("delete",) if request.method == "DELETE" else ("pull",))


def _wrong_method(thing: Thing, method: str) -> Refusal:
    allowed = sorted(known for each, known in HANDLERS if each is thing)
    message = f"{method} is not for {thing.value}"
    return Refusal(405, "UNSUPPORTED", message, {"Allow": ", ".join(allowed)})


def _hung_up(request: web.BaseRequest) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
