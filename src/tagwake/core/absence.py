"""Absence: when a 404 is a deletion."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tagwake.core.claim import Claim
from tagwake.core.look import Absent, Look, Unknown

APART = timedelta(minutes=1)
"""How far apart two looks must be that find a tag absent before it counts as deleted."""


@dataclass(frozen=True, slots=True)
class Absence:
    """What is known of a tag's absence after a look.

    :param since: the first of the looks that found it absent; ``None`` where the last that told anything saw it.
    :param confirmed: whether this look makes it a fact.
    """

    since: datetime | None
    confirmed: bool


def absence_after(look: Look, since: datetime | None, claim: Claim | None, now: datetime) -> Absence:
    """What a look tells of a tag's absence.

    One 404 is no deletion: registries answer it by mistake. Two that are apart in time are, and so is one that a
    delete event asked for. A look that told nothing changes nothing.

    :param since: as the look before left it.
    """
    if isinstance(look, Unknown):
        return Absence(since, confirmed=False)
    if not isinstance(look, Absent):
        return Absence(None, confirmed=False)
    if claim is not None and claim.deleted:
        return Absence(since or now, confirmed=True)
    if since is None:
        return Absence(now, confirmed=False)
    return Absence(since, confirmed=now - since >= APART)
