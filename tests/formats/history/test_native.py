import json
from datetime import timedelta

from hypothesis import given
from tests.formats.history import folded
from tests.formats.history.folded import DIGESTS, STREAM, at, seen

from tagwake.core.history import Gap, moves_of
from tagwake.formats.history import native

GAPS = (Gap(at(0), at(86_400_000)),)


def test_the_document_of_log():
    moves = moves_of([seen(0, DIGESTS[0]), seen(1000, DIGESTS[0]), seen(2500, DIGESTS[1], "import:csv")])
    told = json.loads(native.encode(native.Log(str(STREAM), "here", at(0), GAPS, moves[::-1])))
    assert list(told) == ["schema", "image", "source", "complete_since", "gaps", "moves"]
    assert told["schema"] == "tagwake/log/1"
    assert told["gaps"] == [{"from": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}]
    assert told["moves"][0] == {
        "position": 2,
        "event": "moved",
        "digest": str(DIGESTS[1]),
        "previous": str(DIGESTS[0]),
        "seen_at": "2026-01-01T00:00:02.500000Z",
        "not_before": "2026-01-01T00:00:01Z",
        "claimed_at": None,
        "how": "import:csv",
        "rollback": False,
    }


@given(folded.sightings)
def test_what_is_written_is_read(sightings):
    log = native.Log(str(STREAM), "https://tagwake.example", None, GAPS, moves_of(sightings)[::-1])
    assert native.decode(native.encode(log)) == log


def test_times_are_told_in_utc():
    from datetime import timezone

    moves = moves_of([seen(0, DIGESTS[0])])
    east = at(0).astimezone(timezone(timedelta(hours=9)))
    told = json.loads(native.encode(native.Log(str(STREAM), "here", east, (), moves)))
    assert told["complete_since"] == "2026-01-01T00:00:00Z"
