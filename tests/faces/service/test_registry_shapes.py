"""What registries' own clients are told; each MUST of the draft extension over HTTP (facts: distribution-spec, #606)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.faces.service.stage import INDEX, START, A, B, C, ask, record, seen, service_on_twins, stream

from tagwake.core.history import moves_of
from tagwake.faces.service.registry_shapes import RegistryShapes
from tagwake.formats.history import chainguard, oci, quay
from tagwake.formats.history.next_page import read_next

IMAGE = "registry.example:5000/team/app/web:1.2"
OCI = "/v2/registry.example:5000/team/app/web/_oci/tag-history/1.2"
CHAINGUARD = "/v2/registry.example:5000/team/app/web/_chainguard/history/1.2"
QUAY = "/api/v1/repository/registry.example:5000/team/app/web/tag/"
TIMESTAMP = "org.opencontainers.distribution.tag.timestamp"
EVENT = "org.opencontainers.distribution.tag.event"


def shapes(*sightings):
    service = service_on_twins()
    record(service, *sightings)
    return RegistryShapes(service)


async def follow(application, target):
    """All entries, by the links as they are."""
    entries, pages = [], 0
    while target is not None:
        told = await ask(application, target)
        assert told.status == 200
        entries += told.json["manifests"]
        target = read_next(told.headers.get("link"))
        pages += 1
    return entries, pages


async def test_an_index_newest_first():
    told = await ask(shapes(seen(IMAGE, 0, A), seen(IMAGE, 1500, B), seen(IMAGE, 3000, None)), OCI)
    assert (told.status, told.headers["content-type"]) == (200, INDEX)
    assert "link" not in told.headers
    assert told.json == {
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [
            {
                "mediaType": INDEX,
                "size": 700,
                "digest": str(digest),
                "annotations": {TIMESTAMP: f"2026-01-01T00:00:{time}Z", EVENT: event},
            }
            for digest, time, event in [
                (B, "03.000", "deleted"),
                (B, "01.500", "created"),
                (A, "00.000", "created"),
            ]
        ],
    }


async def test_404_is_for_registries_without_the_extension():
    application = shapes(seen(IMAGE, 0, A))
    for target in (OCI + "9", "/v2/nowhere.example/nothing/_oci/tag-history/1"):
        told = await ask(application, target)
        assert (told.status, told.json["manifests"]) == (200, [])


async def test_history_stays_when_the_tag_is_gone():
    application = shapes(seen(IMAGE, 0, A), seen(IMAGE, 5, None))
    assert [entry["digest"] for entry in (await ask(application, OCI)).json["manifests"]] == [str(A), str(A)]


async def test_n_is_the_most_and_0_a_probe():
    application = shapes(*(seen(IMAGE, number, (A, B)[number % 2]) for number in range(10)))
    probe = await ask(application, OCI + "?n=0")
    assert (probe.status, probe.json["manifests"]) == (200, [])
    assert "link" not in probe.headers
    page = await ask(application, OCI + "?n=4")
    assert len(page.json["manifests"]) == 4
    assert read_next(page.headers["link"]).startswith(OCI + "?")
    assert "link" not in (await ask(application, OCI + "?n=10")).headers


async def test_an_absent_n_is_our_default():
    application = shapes(*(seen(IMAGE, number, (A, B)[number % 2]) for number in range(150)))
    page = await ask(application, OCI)
    assert len(page.json["manifests"]) == 100
    assert "link" in page.headers


async def test_before_and_since_are_an_open_interval():
    application = shapes(*(seen(IMAGE, 1000 * number, (A, B, C)[number % 3]) for number in range(6)))
    told = await ask(application, OCI + "?since=2026-01-01T00:00:01Z&before=2026-01-01T00:00:04Z")
    assert [entry["annotations"][TIMESTAMP][17:19] for entry in told.json["manifests"]] == ["03", "02"]


async def test_only_entries_of_a_digest():
    application = shapes(seen(IMAGE, 0, A), seen(IMAGE, 1, B), seen(IMAGE, 2, A), seen(IMAGE, 3, None))
    told = await ask(application, f"{OCI}?digest={A}")
    assert [entry["annotations"][EVENT] for entry in told.json["manifests"]] == [
        "deleted",
        "created",
        "created",
    ]
    unknown = await ask(application, f"{OCI}?digest={C}")
    assert (unknown.status, unknown.json["manifests"]) == (200, [])


async def test_a_digest_that_was_imported_and_never_looked_at():
    (entry,) = (await ask(shapes(seen(IMAGE, 0, A, "import:csv")), OCI)).json["manifests"]
    assert (entry["mediaType"], entry["size"]) == (INDEX, 0)
    assert entry["annotations"]["dev.tagwake.manifest.unseen"] == "true"


moments = st.lists(st.tuples(st.integers(0, 5), st.sampled_from([A, B, C, None])), max_size=20)


@given(moments, st.integers(1, 4), st.sampled_from(["", f"digest={A}", "since=2026-01-01T00:00:00.002Z"]))
async def test_the_links_lead_through_all_rows_though_times_are_equal(states, n, question):
    application = shapes(*(seen(IMAGE, *state) for state in states))
    everything, _ = await follow(application, f"{OCI}?n=1000&{question}")
    in_pages, pages = await follow(application, f"{OCI}?n={n}&{question}")
    assert in_pages == everything
    assert pages == max(1, -(-len(everything) // n))


async def test_the_link_keeps_what_was_asked():
    application = shapes(*(seen(IMAGE, number, (A, B)[number % 2]) for number in range(9)))
    target = f"{OCI}?n=1&digest={A}&before=2026-01-01T00:00:00.006Z&since=2026-01-01T00:00:00Z"
    entries, pages = await follow(application, target)
    assert [entry["annotations"][TIMESTAMP][20:23] for entry in entries] == ["004", "002"]
    assert pages == 2


async def test_discovery():
    application = shapes()
    for target in ("/v2/_oci/ext/discover", "/v2/cgr.dev/chainguard/go/_oci/ext/discover"):
        (extension,) = (await ask(application, target)).json["extensions"]
        assert (extension["name"], extension["endpoints"]) == ("_oci", ["_oci/tag-history"])
        assert {"description", "url"} <= set(extension)


async def test_a_client_may_ask_whether_this_is_a_registry():
    told = await ask(shapes(), "/v2/")
    assert (told.status, told.headers["docker-distribution-api-version"]) == (200, "registry/2.0")


async def test_chainguards_shape():
    application = shapes(
        seen(IMAGE, 0, A), seen(IMAGE, 1500, B), seen(IMAGE, 3000, None), seen(IMAGE, 4000, A)
    )
    told = await ask(application, CHAINGUARD)
    assert told.json == {
        "history": [
            {"updateTimestamp": f"2026-01-01T00:00:{time}Z", "digest": str(digest)}
            for time, digest in [("00.000", A), ("01.500", B), ("04.000", A)]
        ]
    }
    cut = await ask(application, CHAINGUARD + "?start=2026-01-01T00:00:01.5Z&end=2026-01-01T00:00:03Z")
    assert [record["digest"] for record in cut.json["history"]] == [str(B)]


async def test_quays_shape():
    other = "registry.example:5000/team/app/web:edge"
    application = shapes(
        seen(IMAGE, 0, A), seen(IMAGE, 2500, B), seen(IMAGE, 5000, None), seen(other, 1000, C)
    )
    told = await ask(application, QUAY)
    assert [(row["name"], row["start_ts"] % 60, row.get("end_ts", 0) % 60) for row in told.json["tags"]] == [
        ("1.2", 2, 5),
        ("edge", 1, 0),
        ("1.2", 0, 2),
    ]
    assert (told.json["page"], told.json["has_additional"]) == (1, False)
    assert told.json["tags"][0]["is_manifest_list"] is True
    named = await ask(application, QUAY + "?specificTag=1.2&limit=1")
    assert ([row["name"] for row in named.json["tags"]], named.json["has_additional"]) == (["1.2"], True)
    second = await ask(application, QUAY + "?specificTag=1.2&limit=1&page=2")
    assert (second.json["tags"][0]["manifest_digest"], second.json["has_additional"]) == (str(A), False)
    for query, names in [
        ("onlyActiveTags=true", ["edge"]),
        ("filter_tag_name=like:ed", ["edge"]),
        ("filter_tag_name=eq:1.2", ["1.2", "1.2"]),
        ("filter_tag_name=eq:1", []),
        ("specificTag=edge&filter_tag_name=eq:1.2", []),
        ("specificTag=edge&filter_tag_name=like:1", []),
    ]:
        told = await ask(application, f"{QUAY}?{query}")
        assert [row["name"] for row in told.json["tags"]] == names, query


@given(moments)
async def test_all_shapes_tell_the_same_moves(states):
    sightings = [seen(IMAGE, *state) for state in states]
    application, subject = shapes(*sightings), stream(IMAGE)
    moves = [(move.seen_at, move.digest) for move in moves_of(sightings)]
    entries = oci.decode((await ask(application, OCI)).body, subject)
    assert [(each.seen_at, each.digest) for each in entries] == moves
    records = chainguard.decode((await ask(application, CHAINGUARD)).body, subject)
    assert [(each.seen_at, each.digest) for each in records] == [
        move for move in moves if move[1] is not None
    ]
    rows = quay.decode((await ask(application, QUAY + "?limit=100&specificTag=1.2")).body).lifetimes
    assert [row.digest for row in reversed(rows)] == [digest for _, digest in moves if digest is not None]
    told = quay.sightings(rows, subject, START + timedelta(days=1))
    assert (told[-1].digest if told else None) == (moves[-1][1] if moves else None)


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        (OCI + "?n=-1", 400, "PAGINATION_NUMBER_INVALID"),
        (OCI + "?n=many", 400, "PAGINATION_NUMBER_INVALID"),
        (OCI + "?before=yesterday", 400, "UNSUPPORTED"),
        (OCI + "?since=2026-01-01", 400, "UNSUPPORTED"),
        (OCI + "?digest=sha256:1", 400, "DIGEST_INVALID"),
        (OCI + "?cursor=1", 400, "UNSUPPORTED"),
        (CHAINGUARD + "?start=soon", 400, "UNSUPPORTED"),
        ("/v2/a.example/B/_oci/tag-history/1", 400, "NAME_INVALID"),
        ("/v2/a.example/b/_oci/tag-history/-1", 400, "TAG_INVALID"),
        ("/v2/a.example/b/manifests/1", 404, "UNSUPPORTED"),
        ("/v2/a.example/b/_oci/tag-history/%0a", 400, "TAG_INVALID"),
    ],
)
async def test_what_cannot_be_answered_is_told_in_the_registrys_own_words(target, status, code):
    told = await ask(shapes(), target)
    assert told.status == status
    (error,) = told.json["errors"]
    assert error["code"] == code
    assert "\n" not in error["message"]


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (QUAY + "?limit=0", 400),
        (QUAY + "?page=0", 400),
        (QUAY + "?page=x", 400),
        (QUAY + "?filter_tag_name=1", 400),
        (QUAY + "?onlyActiveTags=maybe", 400),
        ("/api/v1/repository/quay.io/A/tag/", 400),
        ("/api/v1/repository/quay.io/a", 404),
    ],
)
async def test_what_cannot_be_answered_is_one_line_of_json(target, status):
    told = await ask(shapes(), target)
    assert (told.status, told.json["status"]) == (status, status)
    assert "\n" not in told.json["error"]


async def test_history_is_only_read():
    for target in (OCI, QUAY):
        told = await ask(shapes(), target, method="DELETE")
        assert (told.status, told.headers["allow"]) == (405, "GET, HEAD")


async def test_a_head_has_no_body():
    application = shapes(seen(IMAGE, 0, A))
    head, whole = await ask(application, OCI, method="HEAD"), await ask(application, OCI)
    assert (head.body, head.headers) == (b"", whole.headers)
