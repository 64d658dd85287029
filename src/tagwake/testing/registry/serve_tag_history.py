"""What a tag pointed to, and when: the draft extension `_oci/tag-history` (OCI distribution specification, #606)."""

import re
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tagwake.testing.registry import answer, grammar, paging
from tagwake.testing.registry.desk import Desk
from tagwake.testing.registry.manifest import OCI_INDEX
from tagwake.testing.registry.refusal import Refusal
from tagwake.testing.registry.repository import TagEvent
from tagwake.testing.registry.route import Route

PREFIX = "org.opencontainers.distribution.tag"
_CURSOR = "cursor"
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")


async def get(desk: Desk, request: web.BaseRequest, route: Route) -> web.StreamResponse:
    """The events of a tag, newest first, between `since` and `before`, of `digest`, `n` at a time."""
    _require(desk)
    query = request.query
    n = paging.count(query.get("n"), desk.limits.page)
    before, since = _moment(query.get("before"), "before"), _moment(query.get("since"), "since")
    digest = grammar.digest(query["digest"]) if "digest" in query else None
    cursor = paging.count(query.get(_CURSOR), 1 << 60)
    chosen = [
        each
        for each in reversed(desk.store.history(route.repository, route.item))
        if (before is None or each.at < before)
        and (since is None or each.at > since)
        and digest in (None, each.manifest.digest)
        and each.sequence < cursor
    ]
    headers = {"Content-Type": OCI_INDEX}
    if 0 < n < len(chosen):
        kept = {key: query[key] for key in ("before", "since", "digest") if key in query}
        headers |= paging.link(request.path, {"n": str(n), **kept, _CURSOR: str(chosen[n - 1].sequence)})
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_INDEX,
        "manifests": [_descriptor(each) for each in chosen[:n]],
    }
    return answer.json(document, headers)


async def discover(desk: Desk, _request: web.BaseRequest, _route: Route) -> web.StreamResponse:
    """The extensions that the registry has (OCI distribution specification, extensions, `_oci/ext/discover`)."""
    _require(desk)
    extension = {
        "name": "_oci",
        "url": "https://github.com/opencontainers/distribution-spec/pull/606",
        "description": "the history of each tag",
        "endpoints": ["_oci/tag-history"],
    }
    return answer.json({"extensions": [extension]})


def _require(desk: Desk) -> None:
    if not desk.tag_history:
        raise Refusal(404, "UNSUPPORTED", "this registry keeps no tag history")


def _descriptor(event: TagEvent) -> dict[str, Any]:
    """An event; of the manifest's own annotations none is copied: the prefix is the registry's."""
    return {
        "mediaType": event.manifest.media_type,
        "digest": event.manifest.digest,
        "size": event.manifest.size,
        "annotations": {
            f"{PREFIX}.timestamp": event.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            f"{PREFIX}.event": event.kind,
        },
    }


def _moment(text: str | None, name: str) -> datetime | None:
    if text is None:
        return None
    problem = Refusal(400, "UNSUPPORTED", f"{name} is a time as RFC 3339 writes it, not {text[:60]!r}")
    if not _RFC3339.fullmatch(text):
        raise problem
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise problem from error
