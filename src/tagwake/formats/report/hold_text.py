"""Holds that were written or taken out, for people."""

from collections.abc import Iterator, Sequence
from datetime import date

from tagwake.core.hold import Hold
from tagwake.formats.report.style import Style
from tagwake.formats.report.table import wrap
from tagwake.formats.report.visible import visible


def held_lines(hold: Hold, file: str, replaced: Hold | None, today: date, style: Style) -> Iterator[str]:
    """What is held now, until when, why, and what that means."""
    if replaced == hold:
        yield from wrap(f"{_name(hold, style)} was held already, just so, in {visible(file)}.", style.columns)
        return
    end = "for good" if hold.until is None else f"until {hold.until.isoformat()}"
    days = "" if hold.until is None else f" ({(hold.until - today).days} days from now)"
    why = f": {visible(hold.reason)}" if hold.reason else ""
    again = ", in place of an earlier hold" if replaced is not None else ""
    yield from wrap(
        f"{_name(hold, style)} is held {end}{days} in {visible(file)}{again}{why}.", style.columns
    )
    yield ""
    yield from wrap(f"Next: commit {visible(file)}; `tagwake unhold` takes it back.", style.columns)


def unheld_lines(holds: Sequence[Hold], file: str, style: Style) -> Iterator[str]:
    """What is no longer held."""
    for hold in holds:
        why = f" ({visible(hold.reason)})" if hold.reason else ""
        yield from wrap(f"{_name(hold, style)} is no longer held in {visible(file)}{why}.", style.columns)
    yield ""
    yield from wrap("Next: `tagwake status` shows what it is now.", style.columns)


def _name(hold: Hold, style: Style) -> str:
    image = visible(str(hold.image))
    if hold.digest is None:
        return f"Every digest of {image}"
    return f"{image} at {hold.digest if style.long else hold.digest.short}"
