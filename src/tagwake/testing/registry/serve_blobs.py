"""Blobs over HTTP (OCI distribution specification, Pulling blobs and Deleting blobs)."""

import re

from aiohttp import web

from tagwake.testing.registry import answer
from tagwake.testing.registry.desk import Desk
from tagwake.testing.registry.happening import OCTETS
from tagwake.testing.registry.refusal import Refusal
from tagwake.testing.registry.route import Route
from tagwake.testing.registry.serve_manifests import is_unchanged

_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})")


async def get(desk: Desk, request: web.BaseRequest, route: Route) -> web.StreamResponse:
    """GET or HEAD of a blob, whole or a range of it."""
    size = desk.store.blob_size(route.repository, route.item)
    etag = f'"{route.item}"'
    headers = {
        "Docker-Content-Digest": route.item,
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Content-Type": OCTETS,
    }
    if is_unchanged(request, etag):
        return answer.empty(304, headers)
    span = wanted(request.headers.get("Range"), size) if request.method == "GET" else None
    start, stop = span or (0, size)
    if span is not None:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    desk.store.tell_pull(route.repository, route.item, OCTETS, size)
    if request.method == "HEAD":
        return answer.empty(200, {**headers, "Content-Length": str(size)})
    pieces = desk.store.blob_pieces(route.item, start, stop)
    return answer.Pieces(206 if span else 200, headers, stop - start, pieces)


async def delete(desk: Desk, _request: web.BaseRequest, route: Route) -> web.StreamResponse:
    """DELETE of a blob from one repository."""
    desk.store.delete_blob(route.repository, route.item)
    return answer.empty(202, {})


def wanted(header: str | None, size: int) -> tuple[int, int] | None:
    """The span that a Range header asks of `size` bytes, or None where the whole is to be sent.

    Several ranges, and units but bytes, are ignored, as they may be (RFC 9110, section 14.2).

    :raises Refusal: 416 where no byte of it is there.
    """
    found = _RANGE.fullmatch(header.strip()) if header else None
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        start, stop = max(0, size - int(found[2])), size
    else:
        start, stop = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
    if start >= stop:
        headers = {"Content-Range": f"bytes */{size}"}
        raise Refusal(416, "SIZE_INVALID", f"the blob has {size} bytes, none of them in {header}", headers)
    return start, stop
