import json

from hypothesis import given
from tests.formats.history import folded
from tests.formats.history.folded import DIGESTS, STREAM, at, seen

from tagwake.core.history import moves_of
from tagwake.formats.history import chainguard


def test_the_shape_of_the_documentation():
    moves = moves_of([seen(0, DIGESTS[0]), seen(1500, DIGESTS[1]), seen(9000, None)])
    assert json.loads(chainguard.encode(moves)) == {
        "history": [
            {"updateTimestamp": "2026-01-01T00:00:00.000Z", "digest": str(DIGESTS[0])},
            {"updateTimestamp": "2026-01-01T00:00:01.500Z", "digest": str(DIGESTS[1])},
        ]
    }


@given(folded.sightings)
def test_what_is_written_is_read_but_for_deletions(sightings):
    moves = moves_of(sightings)
    read = moves_of(chainguard.decode(chainguard.encode(moves), STREAM))
    assert folded.states(read) == folded.states(folded.without_deletions(moves))


def test_both_ends_belong_to_an_answer():
    moves = moves_of([seen(0, DIGESTS[0]), seen(1, DIGESTS[1]), seen(2, DIGESTS[2]), seen(3, DIGESTS[0])])
    read = chainguard.decode(chainguard.encode(moves, at(1), at(2)), STREAM)
    assert [sighting.digest for sighting in read] == [DIGESTS[1], DIGESTS[2]]


def test_a_client_that_moves_start_gets_every_row():
    moves = moves_of(seen(number, DIGESTS[number % 3]) for number in range(2500))
    told, start = {}, None
    while True:
        page = chainguard.decode(chainguard.encode(moves, start), STREAM)
        told |= dict.fromkeys((sighting.seen_at, sighting.digest) for sighting in page)
        if len(page) < chainguard.LIMIT:
            break
        start = page[-1].seen_at
    assert list(told) == folded.states(moves)


def test_the_question():
    assert chainguard.target("chainguard/go", "latest") == "/v2/chainguard/go/_chainguard/history/latest"
    assert chainguard.target("a/b", "1", start=at(0), end=at(5)) == (
        "/v2/a/b/_chainguard/history/1?start=2026-01-01T00%3A00%3A00.000Z&end=2026-01-01T00%3A00%3A00.005Z"
    )
