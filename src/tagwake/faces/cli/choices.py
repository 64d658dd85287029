"""Choices that are written as text: lists of outcomes, dates and times, images."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import click

from tagwake.core.outcome import Outcome
from tagwake.formats.report.asked import ORDER
from tagwake.formats.report.visible import visible

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def outcomes_of(text: str) -> tuple[Outcome, ...]:
    """The outcomes of ``--check=LIST``, with commas between them.

    :raises click.BadParameter: naming the nearest outcome to one that there is not.
    """
    found: list[Outcome] = []
    for word in filter(None, (part.strip() for part in text.split(","))):
        if word not in set(Outcome):
            from difflib import get_close_matches

            nearest = get_close_matches(word, [*Outcome], n=1, cutoff=0.5)
            hint = f"the nearest is {nearest[0]!s}" if nearest else f"there are {', '.join(ORDER)}"
            raise click.BadParameter(f"'{word}' is no outcome; {hint}", param_hint="--check")
        found.append(Outcome(word))
    return tuple(dict.fromkeys(found))


def day_of(text: str) -> date:
    """The day of ``--until``.

    :raises click.BadParameter: where it is no date.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"'{text}' is no date: write it as 2027-01-31", param_hint="--until"
        ) from None


def moment_of(text: str, now: datetime, option: str) -> datetime:
    """The moment of ``--since`` or ``--until``: a day, a time as RFC 3339 writes it, or how long ago (``12h``, ``7d``, ``2w``).

    :raises click.BadParameter: where it is none.
    """
    from tagwake.core.errors import InvalidInput
    from tagwake.formats.history.moment import read_moment

    unit = _UNITS.get(text[-1:])
    if unit is not None and text[:-1].isascii() and text[:-1].isdigit() and len(text) <= 8:
        try:
            return now - int(text[:-1]) * unit
        except OverflowError:
            raise click.BadParameter(f"'{text}' is longer ago than time is told", param_hint=option) from None
    try:
        is_day = len(text) == len("2026-01-31")
        return read_moment(f"{text}T00:00:00Z" if is_day else text)
    except InvalidInput:
        raise click.BadParameter(
            f"'{text}' is no time: write 2026-01-31, 2026-01-31T06:00:00Z, or 7d for seven days ago",
            param_hint=option,
        ) from None


def arguments_of(paths: Iterable[str], only: Iterable[str] = (), excepted: Iterable[str] = ()) -> str:
    """The same choices, as they are typed into a shell: what a suggested command needs as well."""
    words = [f"--only={glob}" for glob in only] + [f"--except={glob}" for glob in excepted] + list(paths)
    if not words:
        return ""
    from shlex import join

    return visible(join(words))
