"""Whatever is asked, the registry answers, with no error of its own, and goes on."""

import http.client
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagwake.testing.registry import EmbeddedRegistry

DIGEST = "sha256:" + "a" * 64
PARTS = st.one_of(
    st.sampled_from(
        ["v2", "app", "manifests", "blobs", "uploads", "tags", "list", "referrers", "_oci", "tag-history"]
    ),
    st.sampled_from(["1.0", DIGEST, "..", ".", "", "token", "_catalog", "discover", "ext", "x" * 300]),
    st.text(max_size=8),
)
PATHS = st.lists(PARTS, max_size=6).map(
    lambda parts: "/v2/app/" + "/".join(quote(part, safe=":") for part in parts)
)
QUERIES = st.dictionaries(
    st.sampled_from(
        ["n", "last", "digest", "mount", "from", "tag", "artifactType", "before", "since", "cursor", "x"]
    ),
    st.one_of(st.sampled_from(["1", "0", "-1", DIGEST, "app", "2026-01-01T00:00:00Z"]), st.text(max_size=8)),
    max_size=3,
).map(lambda query: "&".join(f"{key}={quote(value)}" for key, value in query.items()))
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)
HEADERS = st.dictionaries(
    st.sampled_from(["Range", "Content-Range", "If-None-Match", "Content-Type", "Authorization", "Accept"]),
    st.one_of(st.sampled_from(["bytes=0-", "0-3", "*", "Basic YTpi", "application/json"]), VALUES),
    max_size=3,
)
TARGETS = st.builds("{}?{}".format, PATHS, QUERIES)
METHODS = st.sampled_from(["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE"])
BODIES = st.one_of(
    st.just(b""),
    st.binary(max_size=20),
    st.sampled_from([b'{"schemaVersion":2}', b"[" * 5000, b'{"subject":null}']),
)


@pytest.fixture(scope="module")
def registry() -> Iterator[EmbeddedRegistry]:
    with EmbeddedRegistry().in_thread() as running:
        running.store.push_image("app", tag="1.0")
        yield running


@given(method=METHODS, target=TARGETS, headers=HEADERS, body=BODIES)
@settings(max_examples=300, deadline=None)
def test_any_request_is_answered(
    registry: EmbeddedRegistry, method: str, target: str, headers: dict[str, str], body: bytes
) -> None:
    connection = http.client.HTTPConnection(registry.host, timeout=30)
    try:
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    assert 200 <= answer.status < 500
    if answer.status >= 400 and method != "HEAD":
        assert answer.headers["Content-Type"] == "application/json"
