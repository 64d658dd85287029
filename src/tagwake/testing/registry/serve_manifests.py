"""Manifests over HTTP (OCI distribution specification, Pulling, Pushing and Deleting manifests)."""

from aiohttp import web

from tagwake.testing.registry import answer, manifest
from tagwake.testing.registry.desk import Desk
from tagwake.testing.registry.refusal import Refusal
from tagwake.testing.registry.route import Route


async def get(desk: Desk, request: web.BaseRequest, route: Route) -> web.StreamResponse:
    """GET or HEAD of a manifest, by tag or by digest."""
    found = desk.store.resolve(route.repository, route.item)
    tag = route.item if ":" not in route.item else None
    etag = f'"{found.digest}"'
    headers = {"Docker-Content-Digest": found.digest, "ETag": etag, "Content-Type": found.media_type}
    if is_unchanged(request, etag):
        return answer.empty(304, headers)
    desk.store.tell_pull(route.repository, found.digest, found.media_type, found.size, tag)
    if request.method == "HEAD":
        return answer.empty(200, {**headers, "Content-Length": str(found.size)})
    return web.Response(body=desk.store.content(route.repository, found.digest), headers=headers)


async def put(desk: Desk, request: web.BaseRequest, route: Route) -> web.StreamResponse:
    """PUT of a manifest, by tag, or by digest with any number of `tag` parameters."""
    content = await _body(request)
    is_tag = ":" not in route.item
    tags = [route.item] if is_tag else request.query.getall("tag", [])
    pushed = desk.store.put_manifest(
        route.repository,
        content,
        content_type=request.headers.get("Content-Type"),
        tags=tags,
        digest=None if is_tag else route.item,
    )
    headers = {
        "Location": f"/v2/{route.repository}/manifests/{pushed.digest}",
        "Docker-Content-Digest": pushed.digest,
    }
    if pushed.subject:
        headers["OCI-Subject"] = pushed.subject
    response = answer.empty(201, headers)
    if not is_tag:
        for tag in tags:
            response.headers.add("OCI-Tag", tag)
    return response


async def delete(desk: Desk, _request: web.BaseRequest, route: Route) -> web.StreamResponse:
    """DELETE of a tag, or of a manifest with all of its tags."""
    if ":" in route.item:
        desk.store.delete(route.repository, route.item)
    else:
        desk.store.untag(route.repository, route.item)
    return answer.empty(202, {})


def is_unchanged(request: web.BaseRequest, etag: str) -> bool:
    """Whether the client has this version already (RFC 9110, If-None-Match)."""
    asked = request.headers.get("If-None-Match")
    if asked is None:
        return False
    known = [each.strip().removeprefix("W/") for each in asked.split(",")]
    return "*" in known or etag in known


async def _body(request: web.BaseRequest) -> bytes:
    came = bytearray()
    async for piece in request.content.iter_any():
        came += piece
        if len(came) > manifest.LARGEST:
            raise Refusal(413, "SIZE_INVALID", f"a manifest has at most {manifest.LARGEST} bytes")
    return bytes(came)
