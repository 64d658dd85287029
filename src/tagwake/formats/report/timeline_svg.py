"""A tag's timeline as SVG: a block a digest, in its colour and as long as it lived; rollbacks bend back.

Places along the time are percentages, so that a picture fits any width while its heights and texts keep their size.
Colours that belong to the page are its style sheet's, by class; only a digest's own is written here. The hatching is
a pattern that stands once on a page (:data:`HATCHING`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from tagwake.core.digest import Digest
from tagwake.core.history import Gap, Move, MoveEvent
from tagwake.core.sighting import IMPORT
from tagwake.formats.report.count import count
from tagwake.formats.report.moment_text import exactly
from tagwake.formats.report.swatch import ink, rgb
from tagwake.formats.report.time_axis import TimeAxis

HATCHING = (
    '<pattern id="hatching" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="hatching-ground" width="6" height="6"/>'
    '<rect class="hatching-line" width="1.5" height="6"/></pattern>'
)
"""What stands for a time in which nobody looked."""

_THIN = 0.35
"""Percent below which a block has no edges, because there would be nothing between them."""
_LEAST = 0.12
"""Percent that every block is wide at least, so that it is seen."""
_LABELLED = 12.0
_ARCS, _NO_ARCS, _LANE, _FOOT = 40, 8, 40, 28
_STRIP = 16


@dataclass(frozen=True, slots=True)
class Block:
    """A time in which a tag was one thing.

    :param digest: ``None`` where it was gone.
    :param sure_until: the last time that it was seen so; from there to ``end`` it may have moved already.
    :param rollback: whether the tag came back to this digest.
    """

    digest: Digest | None
    start: datetime
    sure_until: datetime
    end: datetime
    rollback: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """What is drawn of a tag.

    :param blocks: oldest first, without holes between them.
    :param gaps: times in which nobody looked.
    :param is_cut: whether there are older blocks that are not drawn.
    :param starts_blank: whether what lies before the first block is of no matter here.
    """

    blocks: tuple[Block, ...]
    gaps: tuple[Gap, ...] = ()
    is_cut: bool = False
    starts_blank: bool = False


def lane_of(moves: Sequence[Move], gaps: Iterable[Gap], seen_at: datetime, now: datetime) -> Lane:
    """The lane of a tag.

    :param moves: newest first, without holes; older ones may be left out.
    :param seen_at: when the tag was last seen.
    """
    blocks: list[Block] = []
    end, sure = max(now, seen_at), seen_at
    for move in moves:
        blocks.append(Block(move.digest, move.seen_at, max(sure, move.seen_at), end, move.rollback))
        end = sure = move.seen_at
        if move.not_before is not None and not move.how.startswith(IMPORT):
            sure = move.not_before
    if (
        moves and moves[-1].position == 1 and moves[-1].not_before is not None
    ):  # it was looked for, and not there
        absent_since = moves[-1].not_before
        blocks.append(Block(None, absent_since, absent_since, moves[-1].seen_at))
    is_cut = bool(moves) and (moves[-1].position > 1)
    return Lane(tuple(reversed(blocks)), tuple(gaps), is_cut)


def timeline_svg(lane: Lane, axis: TimeAxis, title: str) -> str:
    """The large picture of one tag, with arcs for its rollbacks, the axis, and a link at each block.

    :param title: what it shows, for those who cannot see it.
    """
    blocks, arcs = _shown(lane.blocks, axis), _arcs(lane.blocks, axis)
    top = _ARCS if arcs else _NO_ARCS
    height = top + _LANE + _FOOT
    return "".join(
        [
            f'<svg class="timeline" role="group" aria-label="{escape(title)}" width="100%" height="{height}">',
            *_grid(axis, top + _LANE),
            f'<svg y="{top}" width="100%" height="{_LANE}">',
            *_unseen(lane, axis, _LANE),
            *(_linked(block, axis, _clear_until(block, lane.gaps)) for block in blocks),
            *_gaps(lane, axis, _LANE),
            "</svg>",
            *arcs,
            "</svg>",
        ]
    )


def strip_svg(lane: Lane, axis: TimeAxis, title: str) -> str:
    """The small picture of one tag: it stands among others on the same axis."""
    blocks = _shown(lane.blocks, axis)
    marks = [
        _mark(axis.place(block.start)) for block in blocks if block.rollback and axis.start <= block.start
    ]
    return "".join(
        [
            f'<svg class="strip" role="img" aria-label="{escape(title)}" width="100%" height="{_STRIP}">',
            *_unseen(lane, axis, _STRIP),
            *(_block(block, axis, _STRIP) for block in _apart(blocks, axis)),
            *_gaps(lane, axis, _STRIP),
            *marks,
            "</svg>",
        ]
    )


def axis_svg(axis: TimeAxis) -> str:
    """The moments that strips have in common; decoration, for each strip says its own in words."""
    return "".join(
        [
            '<svg class="axis" aria-hidden="true" width="100%" height="24">',
            *(f'<text x="{tick.place}%" y="13">{escape(tick.text)}</text>' for tick in axis.ticks()),
            '<text class="end" x="100%" y="13">now</text></svg>',
        ]
    )


def swatch_svg(digest: Digest) -> str:
    """A digest's small square; the words beside it say the rest."""
    return (
        '<svg class="swatch" aria-hidden="true" width="12" height="12">'
        f'<rect x="0.5" y="0.5" width="11" height="11" rx="2" fill="{_colour(digest)}"/></svg>'
    )


def summary(stream: str, moves: Sequence[Move], axis: TimeAxis) -> str:
    """What a picture shows, in words: how many moves, back and away, since when."""
    inside = [move for move in moves if move.seen_at >= axis.start]
    back = sum(move.rollback for move in inside)
    gone = sum(move.event is MoveEvent.DELETED for move in inside)
    said = f"{stream}: {count(len(inside), 'move')} since {exactly(axis.start)}"
    if back:
        said += f", {back:,} back"
    return said + (f", {count(gone, 'deletion')}" if gone else "")


def _shown(blocks: Iterable[Block], axis: TimeAxis) -> list[Block]:
    return [block for block in blocks if block.end > axis.start and block.start < axis.end]


def _apart(blocks: Sequence[Block], axis: TimeAxis) -> list[Block]:
    """Without those that nobody could tell from their neighbours at this size."""
    chosen: list[Block] = []
    edge = -1.0
    for block in blocks:
        place = axis.place(block.start)
        if place - edge >= _LEAST or block is blocks[-1]:
            chosen.append(block)
            edge = place
    return chosen


def _span(start: float, end: float) -> str:
    return f'x="{start:g}%" width="{max(end - start, _LEAST):.4g}%"'


def _block(block: Block, axis: TimeAxis, height: int) -> str:
    start, sure, end = axis.place(block.start), axis.place(block.sure_until), axis.place(block.end)
    if block.digest is None:
        return f'<rect class="gone" {_span(start, end)} y="1" height="{height - 2}"/>'
    thin = ' class="thin"' if end - start < _THIN else ""
    drawn = f'<rect{thin} {_span(start, end)} height="{height}" fill="{_colour(block.digest)}"/>'
    if end - sure >= _LEAST and block.end < axis.end:  # after the last look it is hatched
        drawn += f'<rect class="unsure" {_span(sure, end)} height="{height}"/>'
    return drawn


def _clear_until(block: Block, gaps: Iterable[Gap]) -> datetime:
    """Where the hatching begins on a block, or where it ends to be sure: so far a text on it can be read."""
    starts = [gap.start for gap in gaps if gap.end > block.start and gap.start < block.sure_until]
    return max(min([block.sure_until, *starts]), block.start)


def _linked(block: Block, axis: TimeAxis, clear_until: datetime) -> str:
    said = f"from {exactly(block.start)}" + (" (back again)" if block.rollback else "")
    if block.digest is None:
        return f"<g>{_block(block, axis, _LANE)}<title>deleted, {said}</title></g>"
    return (
        f'<a href="/{block.digest}" tabindex="-1">{_block(block, axis, _LANE)}'
        f"{_label(block.digest, axis.place(block.start), axis.place(clear_until))}"
        f"<title>{block.digest.short}, {said}</title></a>"
    )


def _label(digest: Digest, start: float, end: float) -> str:
    if end - start < _LABELLED:
        return ""
    return (
        f'<svg class="label {ink(digest)}" {_span(start, end)} height="{_LANE}">'
        f'<text x="8" y="{_LANE // 2 + 4}">{digest.short}</text></svg>'
    )


def _unseen(lane: Lane, axis: TimeAxis, height: int) -> list[str]:
    """What lies before the first block: not drawn, or not seen by anybody; and what lies after the last look."""
    drawn: list[str] = []
    first = axis.place(lane.blocks[0].start) if lane.blocks else 100.0
    if first > 0 and not lane.starts_blank:
        said = "earlier moves are not drawn" if lane.is_cut else "nobody had looked"
        drawn.append(_hatched(0, first, height, said))
    return drawn


def _gaps(lane: Lane, axis: TimeAxis, height: int) -> list[str]:
    spans = [(gap.start, gap.end) for gap in lane.gaps]
    if lane.blocks:
        spans.append((lane.blocks[-1].sure_until, lane.blocks[-1].end))
    placed = [(axis.place(start), axis.place(end), start, end) for start, end in spans]
    return [
        _hatched(left, right, height, f"nobody looked from {exactly(start)} to {exactly(end)}")
        for left, right, start, end in placed
        if right - left >= _LEAST
    ]


def _hatched(left: float, right: float, height: int, said: str) -> str:
    return (
        f'<g><rect class="hatched" {_span(left, right)} height="{height}" fill="url(#hatching)"/>'
        f"<title>{said}</title></g>"
    )


def _grid(axis: TimeAxis, top: int) -> list[str]:
    foot = top + 20
    drawn = [f'<line class="base" x1="0" x2="100%" y1="{top + 3}.5" y2="{top + 3}.5"/>']
    for number, tick in enumerate(reversed(axis.ticks())):
        often = ' class="often"' if number % 2 else ""
        drawn.append(
            f'<g{often}><line x1="{tick.place}%" x2="{tick.place}%" y1="{top + 3}" y2="{top + 8}"/>'
            f'<text x="{tick.place}%" y="{foot}">{escape(tick.text)}</text></g>'
        )
    return [*drawn, f'<text class="end" x="100%" y="{foot}">now</text>']


def _arcs(blocks: Sequence[Block], axis: TimeAxis) -> list[str]:
    """From each return to a digest an arc, back to where the tag had it last."""
    paths, heads = [], []
    ended: dict[Digest, float] = {}
    for block in blocks:
        start, end = axis.place(block.start), axis.place(block.end)
        if block.rollback and block.digest is not None and block.start > axis.start:
            back = ended.get(block.digest, 0.0)
            top = _ARCS - 6 - min(28.0, 10 + (start - back) * 0.6)
            paths.append(
                f'<path d="M{start * 10:g} {_ARCS - 1}C{start * 10:g} {top:g} {back * 10:g} {top:g}'
                f' {back * 10:g} {_ARCS - 6}"/>'
            )
            heads.append(
                f'<svg x="{back:g}%" y="{_ARCS - 7}" overflow="visible"><path d="M-4 0H4L0 6Z"/></svg>'
            )
        if block.digest is not None:
            ended[block.digest] = (start + end) / 2
    if not paths:
        return []
    return [
        f'<svg class="arcs" aria-hidden="true" width="100%" height="{_ARCS}" viewBox="0 0 1000 {_ARCS}" preserveAspectRatio="none">',
        *paths,
        "</svg>",
        f'<g class="heads" aria-hidden="true">{"".join(heads)}</g>',
    ]


def _mark(place: float) -> str:
    return f'<svg class="back" x="{place:g}%" overflow="visible"><path d="M0 0V8L-6 4Z"/></svg>'


def _colour(digest: Digest) -> str:
    red, green, blue = rgb(digest)
    return f"#{red:02x}{green:02x}{blue:02x}"
