"""Choices that are lists of words: outcomes, dates, images."""

from collections.abc import Iterable
from datetime import date

import click

from tagwake.core.outcome import Outcome
from tagwake.formats.report.asked import ORDER
from tagwake.formats.report.visible import visible


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


def arguments_of(paths: Iterable[str], only: Iterable[str] = (), excepted: Iterable[str] = ()) -> str:
    """The same choices, as they are typed into a shell: what a suggested command needs as well."""
    words = [f"--only={glob}" for glob in only] + [f"--except={glob}" for glob in excepted] + list(paths)
    if not words:
        return ""
    from shlex import join

    return visible(join(words))
