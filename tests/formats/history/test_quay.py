import json
from datetime import timedelta
from itertools import zip_longest

from hypothesis import given
from tests.formats.history import folded
from tests.formats.history.folded import DIGESTS, KNOWN, STREAM, at, seen

from tagwake.core.history import moves_of
from tagwake.core.sighting import Sighting
from tagwake.formats.history import quay

LATER = at(10**10)


def written(moves, known=KNOWN):
    return quay.encode(quay.lifetimes(STREAM.tag, moves), known, page=1, has_additional=False)


def read_back(data, now=LATER):
    return moves_of(quay.sightings(quay.decode(data).lifetimes, STREAM, now))


def test_the_shape_of_quay():
    moves = moves_of([seen(0, DIGESTS[0]), seen(2500, DIGESTS[2]), seen(4000, DIGESTS[0]), seen(9999, None)])
    told = json.loads(written(moves))
    assert (told["page"], told["has_additional"]) == (1, False)
    assert told["tags"][0] == {
        "name": "1.2",
        "reversion": True,
        "start_ts": 1767225604,
        "end_ts": 1767225609,
        "manifest_digest": str(DIGESTS[0]),
        "is_manifest_list": False,
        "size": 100,
        "last_modified": "Thu, 01 Jan 2026 00:00:04 +0000",
    }
    assert [(row["start_ts"], row["end_ts"], row["size"]) for row in told["tags"][1:]] == [
        (1767225602, 1767225604, None),
        (1767225600, 1767225602, 100),
    ]


def test_a_tag_that_lives_has_no_end():
    (row,) = json.loads(written(moves_of([seen(0, DIGESTS[0])])))["tags"]
    assert "end_ts" not in row


@given(folded.sightings)
def test_what_is_written_is_read_to_the_second(sightings):
    """Of a deletion that ends within its second nothing is left: the next row begins when the last one ended."""
    moves = moves_of(sightings)
    expected = []
    for move, follower in zip_longest(moves, moves[1:]):
        second = move.seen_at.replace(microsecond=0)
        is_lost = (
            move.digest is None and follower is not None and follower.seen_at.replace(microsecond=0) == second
        )
        if not is_lost and move.digest != (expected[-1][1] if expected else None):
            expected.append((second, move.digest))
    assert [
        (time.replace(microsecond=0), digest) for time, digest in folded.states(read_back(written(moves)))
    ] == expected


def test_rows_of_the_same_digest_are_one_state():
    rows = [
        quay.Lifetime("1.2", DIGESTS[0], at(5000)),
        quay.Lifetime("1.2", DIGESTS[0], at(0), at(5000)),
        quay.Lifetime("other", DIGESTS[1], at(0), at(1000)),
    ]
    assert folded.states(moves_of(quay.sightings(rows, STREAM, LATER))) == [(at(0), DIGESTS[0])]


def test_an_end_that_lies_ahead_is_no_deletion():
    rows = [quay.Lifetime("1.2", DIGESTS[0], at(0), at(60_000))]
    before, after = at(59_999), at(60_000)
    assert folded.states(moves_of(quay.sightings(rows, STREAM, before))) == [(at(0), DIGESTS[0])]
    assert folded.states(moves_of(quay.sightings(rows, STREAM, after)))[-1] == (at(60_000), None)


def test_what_quay_says_of_a_row_that_is_alive_may_be_null():
    data = {"tags": [{"name": "1.2", "manifest_digest": str(DIGESTS[0]), "start_ts": 5, "end_ts": None}]}
    assert quay.decode(json.dumps(data).encode()).lifetimes[0].end is None


def test_a_repository_of_three_pages():
    moves = moves_of(
        Sighting(STREAM, at(0) + timedelta(seconds=number), DIGESTS[number % 3], "poll")
        for number in range(250)
    )
    rows = quay.lifetimes(STREAM.tag, moves)
    read = []
    for start in range(0, len(rows), 100):
        page = quay.decode(
            quay.encode(rows[start : start + 100], {}, page=start // 100 + 1, has_additional=start < 200)
        )
        assert page.has_additional == (start < 200)
        read += page.lifetimes
    assert folded.states(moves_of(quay.sightings(read, STREAM, LATER))) == folded.states(moves)


def test_the_question():
    assert quay.target("a/b", tag="1", page=2) == "/api/v1/repository/a/b/tag/?specificTag=1&limit=100&page=2"
