import msgspec
import pytest
from hypothesis import given
from tests.formats.history import folded

from tagwake.core.errors import InvalidAnswer
from tagwake.core.history import moves_of
from tagwake.formats.history import chainguard, native, oci, quay, renovate
from tagwake.formats.history.answer import MAX_BYTES, in_stated_order

READERS = {
    "chainguard": lambda data: chainguard.decode(data, folded.STREAM),
    "oci": lambda data: oci.decode(data, folded.STREAM),
    "quay": quay.decode,
    "native": native.decode,
    "renovate": renovate.decode,
}
each_reader = pytest.mark.parametrize("read", READERS.values(), ids=READERS)


@each_reader
@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"7", b'"x"', b"\xff\xfe", b"{" * 100, b'{"history":' + b"[" * 50, b"<html>", b'{"a":1,}'],
)
def test_what_is_no_history_is_refused(read, data):
    with pytest.raises(InvalidAnswer):
        read(data)


@each_reader
def test_an_answer_has_a_limit(read):
    with pytest.raises(InvalidAnswer, match="longer than 8 MiB"):
        read(b" " * MAX_BYTES + b"{}")


@pytest.mark.parametrize(
    ("reader", "document"),
    [
        ("chainguard", {"history": [{"updateTimestamp": "2026-01-01T00:00:00Z", "digest": "sha256:no"}]}),
        ("chainguard", {"history": [{"updateTimestamp": "now", "digest": str(folded.DIGESTS[0])}]}),
        ("oci", {"manifests": [{"mediaType": "x", "size": 1, "digest": "sha256:no", "annotations": {}}]}),
        (
            "oci",
            {
                "manifests": [
                    {
                        "mediaType": "x",
                        "size": 1,
                        "digest": str(folded.DIGESTS[0]),
                        "annotations": {oci.EVENT: "renamed", oci.TIMESTAMP: "2026-01-01T00:00:00Z"},
                    }
                ]
            },
        ),
        ("quay", {"tags": [{"name": "1", "manifest_digest": str(folded.DIGESTS[0]), "start_ts": -1}]}),
        ("quay", {"tags": [{"name": "1", "manifest_digest": str(folded.DIGESTS[0]), "start_ts": 10**18}]}),
        ("renovate", {"releases": [{"version": "1", "digest": "x"}]}),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(reader, document):
    with pytest.raises(InvalidAnswer):
        READERS[reader](msgspec.json.encode(document))


@given(folded.sightings)
def test_the_fold_keeps_the_stated_order(sightings):
    """Rows of one second come in an order; whatever it is, the fold tells them in it."""
    stated = sorted(sightings, key=lambda sighting: sighting.seen_at)
    told = [move.digest for move in moves_of(in_stated_order(stated))]
    expected = []
    for sighting in stated:
        if sighting.digest != (expected[-1] if expected else None):
            expected.append(sighting.digest)
    assert told == expected
