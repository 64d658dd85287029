"""Uploads over HTTP: in one piece, in chunks, as a stream, or by mounting (OCI distribution specification, Push)."""

import asyncio
import re

from aiohttp import web

from tagwake.testing.registry import answer, grammar
from tagwake.testing.registry.desk import Desk
from tagwake.testing.registry.refusal import Refusal
from tagwake.testing.registry.route import Route
from tagwake.testing.registry.upload import Upload

LARGE = 1 << 20
"""Bytes from which a blob is hashed in a thread, so that other requests go on."""

_CHUNK = re.compile(r"(?:bytes )?(\d{1,19})-(\d{1,19})(?:/.*)?")


async def start(desk: Desk, request: web.BaseRequest, route: Route) -> web.StreamResponse:
    """POST: begin an upload, or finish it at once by mounting or with the whole content in the body."""
    mount = request.query.get("mount")
    if mount is not None and _mounted(desk, request, route.repository, grammar.digest(mount)):
        return _made(route.repository, mount)
    digest = request.query.get("digest")
    if digest is None:
        return answer.empty(202, desk.uploads.start(route.repository).headers)
    grammar.digest(digest)
    upload = desk.uploads.start(route.repository)
    try:
        await _receive(desk, request, upload)
        return await _finish(desk, upload, digest)
    finally:
        desk.uploads.cancel(upload)


async def status(desk: Desk, _request: web.BaseRequest, route: Route) -> web.StreamResponse:
    """GET: how far the upload came."""
    return answer.empty(204, desk.uploads.get(route.repository, route.item).headers)


async def chunk(desk: Desk, request: web.BaseRequest, route: Route) -> web.StreamResponse:
    """PATCH: a chunk with its Content-Range, or a stream without."""
    upload = desk.uploads.get(route.repository, route.item)
    await _receive(desk, request, upload)
    return answer.empty(202, upload.headers)


async def finish(desk: Desk, request: web.BaseRequest, route: Route) -> web.StreamResponse:
    """PUT: the last chunk or none, and the digest of the whole."""
    upload = desk.uploads.get(route.repository, route.item)
    digest = grammar.digest(request.query.get("digest", ""))
    await _receive(desk, request, upload)
    return await _finish(desk, upload, digest)


async def cancel(desk: Desk, _request: web.BaseRequest, route: Route) -> web.StreamResponse:
    """DELETE: throw away what came in."""
    desk.uploads.cancel(desk.uploads.get(route.repository, route.item))
    return answer.empty(204, {})


def _mounted(desk: Desk, request: web.BaseRequest, repository: str, digest: str) -> bool:
    """Whether the blob could be had from `from`, or from any repository that the client may read."""
    named = request.query.get("from")
    sources = [grammar.name(named)] if named else desk.store.holder_of(digest)
    authorization = request.headers.get("Authorization")
    for source in sources:
        may = desk.guard is None or desk.guard.may_pull(authorization, source, desk.now())
        if may and desk.store.mount(repository, digest, source):
            return True
    return False


async def _receive(desk: Desk, request: web.BaseRequest, upload: Upload) -> None:
    """Append the body to the upload; what came before the connection broke stays."""
    _check_range(request, upload)
    if upload.is_busy:
        raise Refusal(409, "BLOB_UPLOAD_INVALID", "another request is writing to this upload")
    upload.is_busy = True
    try:
        async for piece in request.content.iter_any():
            if upload.draft.size + len(piece) > desk.limits.blob:
                desk.uploads.cancel(upload)
                raise Refusal(413, "SIZE_INVALID", f"a blob has at most {desk.limits.blob} bytes here")
            upload.draft.append(piece)
    finally:
        upload.is_busy = False


def _check_range(request: web.BaseRequest, upload: Upload) -> None:
    """A chunk starts where the last one ended, and is as long as it says."""
    header = request.headers.get("Content-Range")
    if header is None:
        return
    span = _CHUNK.fullmatch(header)
    if span is None or int(span[1]) != upload.draft.size or int(span[2]) < int(span[1]):
        message = f"the next byte is {upload.draft.size}, and Content-Range {header[:60]}"
        raise Refusal(416, "BLOB_UPLOAD_INVALID", message, upload.headers)
    length = request.content_length
    if length is not None and length != int(span[2]) - int(span[1]) + 1:
        raise Refusal(
            400, "SIZE_INVALID", f"Content-Range {header[:60]} and Content-Length {length} disagree"
        )


async def _finish(desk: Desk, upload: Upload, digest: str) -> web.StreamResponse:
    """Give the content its place; with a wrong digest, or no room, the upload is over."""
    upload.is_busy = True
    try:
        if upload.draft.size < LARGE:
            desk.store.finish_blob(upload.repository, upload.draft, digest)
        else:
            await asyncio.to_thread(desk.store.finish_blob, upload.repository, upload.draft, digest)
    except (Refusal, OSError):
        desk.uploads.cancel(upload)
        raise
    finally:
        upload.is_busy = False
    desk.uploads.forget(upload)
    return _made(upload.repository, digest)


def _made(repository: str, digest: str) -> web.StreamResponse:
    headers = {"Location": f"/v2/{repository}/blobs/{digest}", "Docker-Content-Digest": digest}
    return answer.empty(201, headers)
