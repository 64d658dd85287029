"""Where a tag has been, as people read it: FACES, "The same language everywhere"."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tagwake.core.digest import Digest
from tagwake.core.event import Event, EventType
from tagwake.core.history import Gap, moves_of
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting
from tagwake.core.tag_log import LogRange, TagLog, in_range
from tagwake.formats.report.log_text import LogView, chain_lines, log_lines, move_line
from tagwake.formats.report.style import Style
from tagwake.formats.report.table import width

STREAM = Stream("cgr.dev", "chainguard/go", "1.21")
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
INK = re.compile(r"\x1b\[[0-9;]*m")
DIGESTS = {letter: Digest.of(letter.encode()) for letter in "abcd"}


def seen(days, letter, how="poll"):
    return Sighting(STREAM, NOW - timedelta(days=days), DIGESTS.get(letter), how)


WATCHED = [
    seen(200, "a", "import:csv"),
    seen(90, "b", "import:csv"),
    seen(30, "b"),
    seen(20, "b"),
    seen(19.999, "c", "hook:harbor"),
    seen(10, "c"),
    seen(9.9, "b"),
    seen(8, "-"),
    seen(7.99, "b"),
    seen(6, "b"),
    seen(5.999, "d", "manual"),
]
GAPS = (Gap(NOW - timedelta(days=5), NOW - timedelta(days=3)),)


def log(sightings=WATCHED, gaps=GAPS, limit=None, account="", teller="the store of this machine"):
    moves, older = in_range(moves_of(sightings), LogRange(limit=limit))
    return TagLog(STREAM, "store", teller, account, moves, gaps, None, older)


def text(given, style=Style(), marked=None):  # noqa: B008 - it is frozen
    return "\n".join(log_lines(given, LogView(style, NOW, marked))) + "\n"


@pytest.mark.parametrize("columns", [None, 60, 80, 120])
def test_what_people_see(columns, snapshot):
    assert text(log(), Style(columns)) == snapshot


def test_what_people_see_in_colour(snapshot):
    assert text(log(), Style(120, colour=True)) == snapshot


@pytest.mark.parametrize("kind", ["chainguard", "oci", "quay"])
def test_a_registrys_record_has_exact_times(kind, snapshot):
    how = f"import:{kind}"
    given = [seen(3, "a", how), seen(2, "b", how), seen(1, "-", how), seen(0.5, "b", how)]
    assert text(log(given, ())) == snapshot


def test_commits(snapshot):
    given = [seen(3, "a", "import:git:3f2a9c1d0a4b"), seen(2, "b", "import:git:0a4b3f2a9c1d")]
    assert text(log(given, (), teller="the commits")) == snapshot


def test_the_digest_that_was_named_is_pointed_out():
    rows = text(log(), marked=DIGESTS["c"]).splitlines()
    assert [DIGESTS["c"].short in row for row in rows if row.endswith("the digest that you named")] == [True]


def test_what_was_left_out_is_said():
    assert text(log(limit=2)).splitlines()[-1] == "  and 5 older: `--all` lists them"
    assert text(log(limit=2)).splitlines()[0].endswith("7 moves, 1 of these back.")


def test_no_moves_in_the_range():
    assert text(log([], ())) == "cgr.dev/chainguard/go:1.21: 0 moves.\nTold by the store of this machine.\n"


@pytest.mark.parametrize("columns", range(60, 200, 9))
@pytest.mark.parametrize("colour", [False, True])
def test_the_width_is_kept(columns, colour):
    lines = INK.sub("", text(log(), Style(columns, colour=colour))).splitlines()
    assert max(map(width, lines)) <= columns


def test_a_move_that_comes_in_is_one_line(snapshot):
    (*_, last) = moves_of(WATCHED)
    assert move_line(last, LogView(Style(), NOW)) == snapshot


def test_the_chain(snapshot):
    event = Event(
        17,
        EventType.MOVED,
        STREAM,
        DIGESTS["b"],
        DIGESTS["a"],
        NOW,
        None,
        None,
        "poll",
        rollback=False,
        immutable=False,
        recorded_at=NOW,
        chain="0" * 64,
    )
    told = [
        "\n".join(chain_lines(str(STREAM), "the store of this machine", 21, broken, Style()))
        for broken in (None, event)
    ]
    assert told == snapshot
