import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.faces.service.route import Asked, BadName, NoSuchPath, Thing, parse


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/v2", Asked(Thing.PING)),
        ("/v2/", Asked(Thing.PING)),
        ("/v2/_oci/ext/discover", Asked(Thing.EXTENSIONS)),
        ("/v2/cgr.dev/chainguard/go/_oci/ext/discover", Asked(Thing.EXTENSIONS, "cgr.dev", "chainguard/go")),
        (
            "/v2/cgr.dev/chainguard/go/_chainguard/history/latest",
            Asked(Thing.CHAINGUARD, "cgr.dev", "chainguard/go", "latest"),
        ),
        (
            "/v2/registry.example:5000/a/b/c/d/_oci/tag-history/1.2",
            Asked(Thing.OCI, "registry.example:5000", "a/b/c/d", "1.2"),
        ),
        ("/v2/localhost/x/_oci/tag-history/1", Asked(Thing.OCI, "localhost", "x", "1")),
        ("/v2/[::1]:5000/x/_oci/tag-history/1", Asked(Thing.OCI, "[::1]:5000", "x", "1")),
        ("/v2/GHCR.io/x/_oci/tag-history/1", Asked(Thing.OCI, "ghcr.io", "x", "1")),
        ("/v2/debian/_oci/tag-history/12", Asked(Thing.OCI, "docker.io", "library/debian", "12")),
        (
            "/v2/index.docker.io/debian/_oci/tag-history/12",
            Asked(Thing.OCI, "docker.io", "library/debian", "12"),
        ),
        ("/v2/a.example/history/_oci/tag-history/tags", Asked(Thing.OCI, "a.example", "history", "tags")),
        ("/api/v1/repository/quay.io/coreos/etcd/tag/", Asked(Thing.QUAY, "quay.io", "coreos/etcd")),
        ("/api/v1/repository/quay.io/coreos/etcd/tag", Asked(Thing.QUAY, "quay.io", "coreos/etcd")),
        ("/api/v1/repository/quay.io/tag/tag/", Asked(Thing.QUAY, "quay.io", "tag")),
    ],
)
def test_paths(path, asked):
    assert parse(path) == asked


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v3/",
        "/v2/a.example/b/manifests/1",
        "/v2/a.example/b/_oci/tag-history",
        "/v2/_oci/tag-history/1",
        "/v2/_chainguard/history/1",
        "/api/v1/repository/tag/",
        "/api/v1/repository/a/b",
        "/api/v1/repository/",
    ],
)
def test_what_is_not_served_here(path):
    with pytest.raises(NoSuchPath):
        parse(path)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v2/a.example/B/_oci/tag-history/1", "NAME_INVALID"),
        ("/v2/a.example//_oci/tag-history/1", "NAME_INVALID"),
        ("/v2//_oci/tag-history/1", "NAME_INVALID"),
        ("/v2/a.example/../b/_oci/tag-history/1", "NAME_INVALID"),
        ("/v2/a.example/b:1/_oci/tag-history/1", "NAME_INVALID"),
        ("/v2/a.example/b@sha256:x/_oci/tag-history/1", "NAME_INVALID"),
        ("/v2/a.example/b/_oci/tag-history/", "TAG_INVALID"),
        ("/v2/a.example/b/_oci/tag-history/.x", "TAG_INVALID"),
        ("/v2/a.example/b/_oci/tag-history/" + "x" * 129, "TAG_INVALID"),
        ("/v2/a.example/b\n/_chainguard/history/1", "NAME_INVALID"),
        ("/api/v1/repository/quay.io/A/tag/", "NAME_INVALID"),
        ("/v2/" + "a" * 5000, "NAME_INVALID"),
    ],
)
def test_names_that_are_none(path, code):
    with pytest.raises(BadName) as refusal:
        parse(path)
    assert refusal.value.code == code
    assert "\n" not in str(refusal.value)


@given(st.text(max_size=60).map(lambda text: f"/v2/{text}/_oci/tag-history/1"))
def test_no_path_is_too_odd(path):
    try:
        asked = parse(path)
    except (BadName, NoSuchPath):
        return
    assert asked.thing in Thing
