"""Timelines as pictures: what is drawn where, for any history."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.digest import Digest
from tagwake.core.history import Gap, moves_of
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting
from tagwake.formats.report.swatch import PALETTE, ink
from tagwake.formats.report.time_axis import MOST_TICKS, TimeAxis
from tagwake.formats.report.timeline_svg import (
    HATCHING,
    Block,
    Lane,
    axis_svg,
    lane_of,
    strip_svg,
    summary,
    swatch_svg,
    timeline_svg,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
NOW = START + timedelta(days=30)
STREAM = Stream("registry.example", "team/app", "1")
A, B, C = (Digest("sha256", letter * 64) for letter in "abc")


def day(number):
    return START + timedelta(days=number)


def history(*sightings):
    """Moves newest first of (day, digest) or (day, digest, how)."""
    seen = [Sighting(STREAM, day(when), digest, *(how or ["poll"])) for when, digest, *how in sightings]
    return moves_of(seen)[::-1]


MOVES = history(
    (0, A), (9, A), (10, B), (14, B), (15, A), (19, A), (20, None), (22, None), (24, C), (29.9, C)
)
LANE = lane_of(MOVES, [Gap(day(25), day(27))], day(29.9), NOW)
AXIS = TimeAxis(START, NOW)


def test_a_timeline(snapshot):
    assert timeline_svg(LANE, AXIS, "team/app:1").replace("><", ">\n<") == snapshot


def test_a_strip(snapshot):
    assert strip_svg(LANE, AXIS, "team/app:1").replace("><", ">\n<") == snapshot


def test_an_axis_and_a_swatch(snapshot):
    assert (axis_svg(AXIS) + swatch_svg(A)).replace("><", ">\n<") == snapshot


def test_what_is_drawn_is_said():
    assert summary("app:1", MOVES, AXIS) == "app:1: 5 moves since 2026-03-01 00:00Z, 1 back, 1 deletion"
    assert summary("app:1", MOVES, TimeAxis(day(22), NOW)) == "app:1: 1 move since 2026-03-23 00:00Z"


def test_a_rollback_bends_back_to_where_the_digest_was():
    root = ET.fromstring(timeline_svg(LANE, AXIS, ""))
    arcs = [path.get("d") for path in root.findall("svg[@class='arcs']/path")]
    assert len(arcs) == 1
    x = [float(number) for number in re.findall(r"[MC ](\d+(?:\.\d+)?)(?= )", arcs[0])]
    assert x[0] == pytest.approx(500)  # day 15 of 30
    assert x[-1] == pytest.approx(1000 * 5 / 30, abs=1)  # the middle of days 0 to 10


def test_a_rollback_to_before_the_picture_bends_to_its_edge():
    svg = timeline_svg(LANE, TimeAxis(day(12), NOW), "")
    assert re.search(r'd="M166\.67 .* 0 34"', svg)


def test_a_deletion_and_a_gap_are_seen():
    root = ET.fromstring(timeline_svg(LANE, AXIS, ""))
    gone = root.findall(".//rect[@class='gone']")
    assert [(each.get("x"), each.get("width")) for each in gone] == [("66.667%", "13.33%")]
    titles = [each.text for each in root.iter("title")]
    assert "nobody looked from 2026-03-26 00:00Z to 2026-03-28 00:00Z" in titles
    assert "deleted, from 2026-03-21 00:00Z" in titles


def test_between_two_looks_the_colour_fades():
    svg = timeline_svg(LANE, AXIS, "")
    assert svg.count('class="unsure"') == 3  # each was last seen some time before it was gone
    imported = history((0, A, "import:csv"), (10, B, "import:csv"), (29.9, B))
    assert "unsure" not in timeline_svg(lane_of(imported, [], day(29.9), NOW), AXIS, "")


def test_what_nobody_saw_is_hatched():
    late = lane_of(history((10, A), (20, A)), [], day(20), NOW)
    svg = strip_svg(late, AXIS, "")
    assert '<rect class="hatched" x="0%" width="33.33%"' in svg
    assert "nobody had looked" in svg
    assert "nobody looked from 2026-03-21 00:00Z to 2026-03-31 00:00Z" in svg
    cut = lane_of(MOVES[:2], [], day(29.9), NOW)
    assert cut.is_cut
    assert "earlier moves are not drawn" in strip_svg(cut, AXIS, "")
    blank = Lane((Block(A, day(10), NOW, NOW),), starts_blank=True)
    assert "hatched" not in strip_svg(blank, AXIS, "")


def test_a_tag_that_was_looked_for_before_it_was_there():
    lane = lane_of(history((5, None), (10, A)), [], day(10), NOW)
    assert [(block.digest, block.start) for block in lane.blocks] == [(None, day(5)), (A, day(10))]


def test_titles_are_escaped():
    assert "<b>" not in timeline_svg(LANE, AXIS, '"><b>') + strip_svg(LANE, AXIS, '"><b>')


moments = st.integers(0, 30 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
histories = st.lists(
    st.tuples(moments, st.sampled_from([A, B, C, None]), st.sampled_from(["poll", "import:csv"])), max_size=25
)


@given(
    seen=histories,
    span=st.tuples(moments, moments).filter(lambda pair: pair[0] < pair[1]),
    cut=st.integers(0, 9),
)
def test_any_history_is_a_picture(seen, span, cut):
    moves = moves_of(Sighting(STREAM, *each) for each in seen)[::-1]
    moves = moves[: max(len(moves) - cut, 0)]
    lane = lane_of(moves, [Gap(*span)], max((each[0] for each in seen), default=START), NOW)
    for earlier, later in zip(lane.blocks, lane.blocks[1:], strict=False):
        assert earlier.end == later.start
    for block in lane.blocks:
        assert block.start <= block.sure_until <= block.end
    axis = TimeAxis(*span)
    for svg in (timeline_svg(lane, axis, "x"), strip_svg(lane, axis, "x")):
        root = ET.fromstring(svg)
        assert "style=" not in svg
        for rect in root.iter("rect"):
            left, width = (float(rect.get(name).rstrip("%")) for name in ("x", "width"))
            assert 0 <= left <= 100
            assert 0 < width <= 100


@given(start=moments, length=st.timedeltas(timedelta(minutes=1), timedelta(days=9000)), moment=moments)
def test_ticks_are_few_in_order_and_inside(start, length, moment):
    axis = TimeAxis(start, start + length)
    ticks = axis.ticks()
    assert len(ticks) <= MOST_TICKS + 1
    assert [tick.place for tick in ticks] == sorted({tick.place for tick in ticks})
    assert len({tick.text for tick in ticks}) == len(ticks)
    assert 0 <= axis.place(moment) <= 100


@pytest.mark.parametrize("days", [0.2, 1, 7, 30, 90, 365, 2300])
def test_an_axis_of_every_length_says_when(days):
    assert 2 <= len(TimeAxis(NOW - timedelta(days=days), NOW).ticks()) <= MOST_TICKS + 1


def test_text_on_every_colour_can_be_read():
    def luminance(rgb):
        parts = [value / 255 for value in rgb]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    inks = set()
    for place, (_, rgb) in enumerate(PALETTE):
        found = ink(Digest("sha256", f"{place:012x}" + "0" * 52))
        contrast = (luminance(rgb) + 0.05) / 0.05 if found == "dark" else 1.05 / (luminance(rgb) + 0.05)
        assert contrast >= 4.5
        inks.add(found)
    assert inks == {"dark", "light"}


def test_the_hatching_is_a_pattern():
    assert ET.fromstring(HATCHING).get("id") == "hatching"
