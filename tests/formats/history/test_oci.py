"""Each MUST of the draft (OCI distribution specification, pull request 606) that a page alone can keep."""

import json

from hypothesis import given
from tests.formats.history import folded
from tests.formats.history.folded import DIGESTS, KNOWN, STREAM, at, seen

from tagwake.core.history import moves_of
from tagwake.formats.history import oci
from tagwake.formats.history.moment import read_moment


def page(sightings, known=KNOWN):
    return json.loads(oci.encode(moves_of(sightings)[::-1], known))


def test_an_index_with_an_entry_an_event():
    assert page([seen(0, DIGESTS[0]), seen(1500, None)]) == {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [
            {
                "mediaType": folded.IMAGE,
                "size": 100,
                "digest": str(DIGESTS[0]),
                "annotations": {
                    "org.opencontainers.distribution.tag.timestamp": time,
                    "org.opencontainers.distribution.tag.event": event,
                },
            }
            for time, event in [
                ("2026-01-01T00:00:01.500Z", "deleted"),
                ("2026-01-01T00:00:00.000Z", "created"),
            ]
        ],
    }


def test_a_digest_that_nobody_looked_at_says_so():
    (entry,) = page([seen(0, DIGESTS[0])], {})["manifests"]
    assert (entry["mediaType"], entry["size"]) == ("application/vnd.oci.image.index.v1+json", 0)
    assert entry["annotations"][oci.UNSEEN] == "true"
    assert not oci.UNSEEN.startswith("org.opencontainers.distribution")


def test_what_is_deleted_is_what_it_pointed_to_immediately_before():
    told = page([seen(0, DIGESTS[0]), seen(1, DIGESTS[1]), seen(2, None), seen(3, DIGESTS[0]), seen(4, None)])
    assert [(entry["annotations"][oci.EVENT], entry["digest"][7]) for entry in told["manifests"]] == [
        ("deleted", "a"),
        ("created", "a"),
        ("deleted", "b"),
        ("created", "b"),
        ("created", "a"),
    ]


@given(folded.sightings)
def test_every_entry_has_what_each_must_have_and_they_stand_newest_first(sightings):
    entries = page(sightings)["manifests"]
    times = []
    for entry in entries:
        assert set(entry) == {"mediaType", "size", "digest", "annotations"}
        assert entry["annotations"][oci.EVENT] in {"created", "deleted"}
        times.append(read_moment(entry["annotations"][oci.TIMESTAMP]))
    assert times == sorted(times, reverse=True)


@given(folded.sightings)
def test_what_is_written_is_read(sightings):
    moves = moves_of(sightings)
    read = oci.decode(oci.encode(moves[::-1], KNOWN), STREAM)
    assert folded.states(moves_of(read)) == folded.states(moves)
    for sighting in read:
        known = KNOWN.get(sighting.digest)
        assert sighting.size == (None if known is None else known.size)


def test_no_manifests_is_no_history():
    assert oci.decode(b'{"schemaVersion":2,"manifests":null}', STREAM) == ()


def test_the_question():
    assert oci.target("a/b", "1", n=0) == "/v2/a/b/_oci/tag-history/1?n=0"
    assert oci.target("a/b", "1", before=at(0), digest=DIGESTS[0]).endswith(
        "?before=2026-01-01T00%3A00%3A00.000Z&digest=sha256%3A" + "a" * 64
    )
