"""Where a tag has been, for people: newest first, rollbacks drawn going back, gaps said."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tagwake.core.digest import Digest
from tagwake.core.event import Event
from tagwake.core.history import Gap, Move, MoveEvent
from tagwake.core.tag_log import TagLog
from tagwake.formats.report.count import count
from tagwake.formats.report.moment_text import ago, between, exactly, length
from tagwake.formats.report.move_words import how_known, what, when
from tagwake.formats.report.style import Style
from tagwake.formats.report.table import Cell, Row, set_rows, wrap
from tagwake.formats.report.visible import visible

_GAP = "////////////"
"""A time in which nobody looked: hatched, and as wide as a digest."""


@dataclass(frozen=True, slots=True)
class LogView:
    """How a log is shown.

    :param now: what ``ago`` counts from.
    :param marked: a digest whose moves are pointed out, because the user named it.
    """

    style: Style
    now: datetime
    marked: Digest | None = None


def log_lines(log: TagLog, view: LogView) -> Iterator[str]:
    """How many moves there are, who says so and how complete it is; then the moves, and what was left out."""
    style = view.style
    yield from map(style.bold, wrap(_headline(log), style.columns))
    yield from wrap(visible(account(log)), style.columns)
    rows = [(move.seen_at, move_row(move, view)) for move in log.moves]
    rows += [(gap.end, _gap_row(gap, view)) for gap in log.gaps]
    rows.sort(key=lambda row: row[0], reverse=True)
    if rows:
        yield ""
        yield from set_rows([row for _, row in rows], style.columns)
    if log.older:
        yield from map(style.dim, wrap(f"  and {log.older:,} older: `--all` lists them", style.columns, 0, 2))


def account(log: TagLog) -> str:
    """Who told it, and how complete that is."""
    return f"Told by {log.teller}. {log.account}".rstrip()


def move_line(move: Move, view: LogView) -> str:
    """One move alone on a line, as it comes in."""
    return " ".join(set_rows([move_row(move, view)], None))


def move_row(move: Move, view: LogView) -> Row:
    """What the move was, from what to what, and when; how we know it stands beside."""
    style = view.style
    word = what(move)
    coloured = (
        style.rollback(word) if move.rollback else style.deletion(word) if move.digest is None else word
    )
    note = how_known(move.how)
    if view.marked is not None and view.marked == move.digest:
        note += ", the digest that you named"
    return Row(
        (
            Cell(word, coloured),
            _digests(move, style),
            Cell(ago(move.seen_at, view.now)),
            Cell(when(move), style.dim(when(move))),
        ),
        note,
    )


def chain_lines(image: str, source: str, events: int, broken: Event | None, style: Style) -> Iterator[str]:
    """Whether what was told of the tag still stands as it was told."""
    told = f"{count(events, 'event')} of {visible(image)} in {visible(source)}"
    if broken is None:
        said = style.success(f"{told}: each carries the hash of the one before, and all hold.")
    else:
        said = style.failure(
            f"{told}: the chain is broken at event {broken.cursor} ({broken.type.value}, told"
            f" {exactly(broken.recorded_at)}): it, or one before it, is not what was told."
        )
    yield from wrap(said, style.columns)


def _headline(log: TagLog) -> str:
    number = len(log.moves) + log.older
    back = sum(move.rollback for move in log.moves)
    told = f"{visible(str(log.stream))}: {count(number, 'move')}"
    if back:
        told += f", {back:,} of them back" if not log.older else f", {back:,} of these back"
    return f"{told}."


def _digests(move: Move, style: Style) -> Cell:
    """``old -> new``; a rollback points the other way, to the older digest on the left."""
    pair = [digest for digest in (move.previous, move.digest) if digest is not None]
    arrow = " -> "
    if move.event is MoveEvent.MOVED and move.rollback:
        pair.reverse()
        arrow = " <- "
    square = "\u25a0 " if style.colour else ""
    plain = arrow.join(square + (str(digest) if style.long else digest.short) for digest in pair)
    return Cell(plain, arrow.join(map(style.digest, pair)))


def _gap_row(gap: Gap, view: LogView) -> Row:
    style = view.style
    time = between(gap.start, gap.end)
    return Row(
        (
            Cell("not looking", style.dim("not looking")),
            Cell(_GAP, style.dim(_GAP)),
            Cell(f"for {length(gap.end - gap.start)}"),
            Cell(time, style.dim(time)),
        ),
        "it may have moved",
    )
