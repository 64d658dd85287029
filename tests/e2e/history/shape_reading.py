"""Reads every shape of a tag's history over HTTP, by nothing of the program that serves it."""

import json
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urljoin

PREFIX = "org.opencontainers.distribution.tag."


class Change(NamedTuple):
    """When a tag changed, and to what; `None` is its deletion."""

    at: datetime
    digest: str | None


def moment(text: str) -> datetime:
    """What RFC 3339 writes."""
    return datetime.fromisoformat(text).astimezone(UTC)


def get(url: str) -> tuple[Any, str | None]:
    """The document, and where it goes on (RFC 8288)."""
    with urllib.request.urlopen(url, timeout=120) as answer:
        link = answer.headers["Link"]
        document = json.loads(answer.read())
    if link is None:
        return document, None
    target, _, relation = link.partition(">")
    assert target[0] == "<", link
    assert 'rel="next"' in relation, link
    return document, urljoin(url, target[1:])


def pages(url: str) -> Iterator[Any]:
    """Every page from this one on."""
    following: str | None = url
    while following is not None:
        document, following = get(following)
        yield document


def native(service: str, image: str, page: int) -> list[Change]:
    """`GET /api/history`, oldest first."""
    query = urlencode({"image": image, "n": page})
    moves = [move for document in pages(f"{service}/api/history?{query}") for move in document["moves"]]
    return [Change(moment(move["seen_at"]), move["digest"]) for move in reversed(moves)]


def chainguard(service: str, repository: str, tag: str) -> list[Change]:
    """Chainguard's shape, oldest first, a thousand at a time."""
    url = f"{service}/v2/{repository}/_chainguard/history/{quote(tag)}"
    records: dict[Change, None] = {}
    query = ""
    while True:
        told = get(url + query)[0]["history"]
        known = len(records)
        records |= {Change(moment(each["updateTimestamp"]), each["digest"]): None for each in told}
        if len(told) < 1000 or len(records) == known:
            return list(records)
        query = "?" + urlencode({"start": told[-1]["updateTimestamp"]})


def oci(service: str, repository: str, tag: str, page: int) -> list[Change]:
    """The draft OCI extension, oldest first; of a deletion it describes the manifest before."""
    url = f"{service}/v2/{repository}/_oci/tag-history/{quote(tag)}?n={page}"
    entries = [entry for document in pages(url) for entry in document["manifests"]]
    changes: list[Change] = []
    for entry in reversed(entries):
        event, at = entry["annotations"][f"{PREFIX}event"], moment(entry["annotations"][f"{PREFIX}timestamp"])
        assert event in ("created", "deleted"), entry
        assert entry["mediaType"], entry
        assert isinstance(entry["size"], int), entry
        if event == "deleted":
            assert changes[-1].digest == entry["digest"], entry
        changes.append(Change(at, entry["digest"] if event == "created" else None))
    return changes


def quay(service: str, repository: str, tag: str) -> list[Change]:
    """Quay's shape, oldest first: where a lifetime ends and no other begins, the tag was deleted."""
    rows: list[dict[str, Any]] = []
    number = 1
    while True:
        query = urlencode({"specificTag": tag, "limit": 100, "page": number})
        document = get(f"{service}/api/v1/repository/{repository}/tag/?{query}")[0]
        rows += document["tags"]
        if not document["has_additional"]:
            break
        number += 1
    rows.reverse()
    changes: list[Change] = []
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        assert row["name"] == tag, row
        changes.append(Change(_second(row["start_ts"]), row["manifest_digest"]))
        end = row.get("end_ts")
        assert end is not None or after is None, row
        if end is not None and (after is None or after["start_ts"] != end):
            changes.append(Change(_second(end), None))
    return changes


def as_of(service: str, image: str, at: datetime) -> tuple[str, str | None, str | None]:
    """`GET /api/live`: how sure it is, what the tag was, and what else it may have been."""
    told = get(f"{service}/api/live?" + urlencode({"image": image, "at": at.isoformat()}))[0]
    return told["certainty"], told["digest"], told["candidate"]


def _second(seconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
