"""Lists over HTTP: tags, repositories, referrers (OCI distribution specification, Content Discovery)."""

from typing import Any

from aiohttp import web

from tagwake.testing.registry import answer, paging
from tagwake.testing.registry.desk import Desk
from tagwake.testing.registry.manifest import OCI_INDEX
from tagwake.testing.registry.repository import Manifest
from tagwake.testing.registry.route import Route


async def ping(_desk: Desk, _request: web.BaseRequest, _route: Route) -> web.StreamResponse:
    """The registry speaks this API."""
    return answer.json({})


async def tags(desk: Desk, request: web.BaseRequest, route: Route) -> web.StreamResponse:
    """The tags of a repository, `n` of them after `last`."""
    n = paging.count(request.query.get("n"), desk.limits.page)
    page, more = paging.after(desk.store.tags(route.repository), request.query.get("last"), n)
    headers = paging.link(request.path, {"last": page[-1], "n": str(n)}) if more else {}
    return answer.json({"name": route.repository, "tags": page}, headers)


async def catalog(desk: Desk, request: web.BaseRequest, _route: Route) -> web.StreamResponse:
    """The repositories, `n` of them after `last` (CNCF distribution, Listing Repositories)."""
    n = paging.count(request.query.get("n"), desk.limits.page)
    page, more = paging.after(desk.store.repositories(), request.query.get("last"), n)
    headers = paging.link(request.path, {"last": page[-1], "n": str(n)}) if more else {}
    return answer.json({"repositories": page}, headers)


async def referrers(desk: Desk, request: web.BaseRequest, route: Route) -> web.StreamResponse:
    """The manifests that name a digest as their subject, as an index."""
    listed = sorted(desk.store.referrers(route.repository, route.item), key=lambda each: each.digest)
    headers = {"Content-Type": OCI_INDEX}
    parameters = {}
    wanted = request.query.get("artifactType")
    if wanted is not None:
        listed = [each for each in listed if each.artifact_type == wanted]
        headers["OCI-Filters-Applied"] = "artifactType"
        parameters["artifactType"] = wanted
    last = request.query.get("last", "")
    rest = [each for each in listed if each.digest > last]
    page = rest[: desk.limits.page]
    if len(rest) > len(page):
        headers |= paging.link(request.path, {**parameters, "last": page[-1].digest})
    document = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [_descriptor(each) for each in page]}
    return answer.json(document, headers)


def _descriptor(manifest: Manifest) -> dict[str, Any]:
    described: dict[str, Any] = {
        "mediaType": manifest.media_type,
        "digest": manifest.digest,
        "size": manifest.size,
    }
    if manifest.artifact_type:
        described["artifactType"] = manifest.artifact_type
    if manifest.annotations:
        described["annotations"] = manifest.annotations
    return described
