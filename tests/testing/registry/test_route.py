"""Paths of the API are read from their end, and whatever is sent, the answer is a route or a refusal."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tagwake.testing.registry import Refusal, grammar, route
from tagwake.testing.registry.route import Route, Thing

DIGEST = "sha256:" + "a" * 64
NAMES = st.from_regex(r"[a-z0-9]+([._-][a-z0-9]+)?(/[a-z0-9]+){0,3}", fullmatch=True).filter(
    lambda name: len(name) < 200
)
TAGS = st.from_regex(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,20}", fullmatch=True)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v2/", Route(Thing.PING)),
        ("/v2", Route(Thing.PING)),
        ("/v2/_catalog", Route(Thing.CATALOG)),
        ("/v2/_oci/ext/discover", Route(Thing.EXTENSIONS)),
        ("/token", Route(Thing.TOKEN)),
        ("/v2/a/b/manifests/1.0", Route(Thing.MANIFEST, "a/b", "1.0")),
        (f"/v2/a/manifests/{DIGEST}", Route(Thing.MANIFEST, "a", DIGEST)),
        (f"/v2/a/blobs/{DIGEST}", Route(Thing.BLOB, "a", DIGEST)),
        ("/v2/a/blobs/uploads/", Route(Thing.UPLOADS, "a")),
        ("/v2/a/blobs/uploads", Route(Thing.UPLOADS, "a")),
        ("/v2/a/blobs/uploads/x1", Route(Thing.UPLOAD, "a", "x1")),
        ("/v2/a/tags/list", Route(Thing.TAGS, "a")),
        (f"/v2/a/referrers/{DIGEST}", Route(Thing.REFERRERS, "a", DIGEST)),
        ("/v2/a/_oci/tag-history/1.0", Route(Thing.TAG_HISTORY, "a", "1.0")),
        ("/v2/a/_oci/ext/discover", Route(Thing.REPOSITORY_EXTENSIONS, "a")),
        ("/v2/manifests/manifests/manifests", Route(Thing.MANIFEST, "manifests", "manifests")),
        ("/v2/tags/list/tags/list", Route(Thing.TAGS, "tags/list")),
    ],
)
def test_a_path_of_the_api_is_read(path: str, expected: Route) -> None:
    assert route.parse(path) == expected


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/", 404, "UNSUPPORTED"),
        ("/v1/", 404, "UNSUPPORTED"),
        ("/v2/manifests/latest", 404, "UNSUPPORTED"),
        ("/v2/tags/list", 404, "UNSUPPORTED"),
        ("/v2/a/b", 404, "UNSUPPORTED"),
        ("/v2/../../etc/passwd", 404, "UNSUPPORTED"),
        ("/v2/A/manifests/latest", 400, "NAME_INVALID"),
        ("/v2/a/../b/manifests/latest", 400, "NAME_INVALID"),
        ("/v2//manifests/latest", 400, "NAME_INVALID"),
        ("/v2/a/manifests/.x", 400, "TAG_INVALID"),
        ("/v2/a/blobs/latest", 400, "DIGEST_INVALID"),
        ("/v2/a/blobs/sha256:../../x", 404, "UNSUPPORTED"),
        ("/v2/a/referrers/x", 400, "DIGEST_INVALID"),
    ],
)
def test_another_path_is_refused(path: str, status: int, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        route.parse(path)
    assert (refused.value.status, refused.value.code) == (status, code)


@given(NAMES, TAGS)
def test_the_repository_is_whatever_stands_before_the_end(name: str, tag: str) -> None:
    assert route.parse(f"/v2/{name}/manifests/{tag}") == Route(Thing.MANIFEST, name, tag)
    assert route.parse(f"/v2/{name}/_oci/tag-history/{tag}") == Route(Thing.TAG_HISTORY, name, tag)
    assert route.parse(f"/v2/{name}/tags/list") == Route(Thing.TAGS, name)


PIECES = st.sampled_from(
    ["v2", "manifests", "blobs", "uploads", "tags", "list", "referrers", "_oci", "ext", "discover", "tag-history",
     "..", ".", "", "a", "A", DIGEST, "sha256:", "%2e%2e", "\x00", "latest", "token", "_catalog"],
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES, max_size=9).map(lambda parts: "/" + "/".join(parts))))
@example("/v2/" + "a/" * 5000 + "manifests/latest")
@example("/v2/" + "a-" * 5000 + "/manifests/latest")
def test_every_path_is_a_route_with_valid_parts_or_refused(path: str) -> None:
    try:
        found = route.parse(path)
    except Refusal as refusal:
        assert refusal.status in {400, 404}
        assert len(refusal.message) < 1000
        return
    assert found.repository == "" or grammar.is_name(found.repository)
    if found.thing is Thing.MANIFEST:
        assert found.item == grammar.reference(found.item)
