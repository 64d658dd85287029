"""What became of each reference, and why."""

from dataclasses import dataclass
from datetime import datetime

from tagwake.core.digest import Digest
from tagwake.core.outcome import Outcome
from tagwake.core.pin import PlacedReference
from tagwake.core.skipped_file import SkippedFile


@dataclass(frozen=True, slots=True)
class ReferenceOutcome:
    """One reference and what it is.

    :param path: of its file, relative to the root.
    :param old: the digest that is written, or ``None``.
    :param new: the digest that should be (or was) written, or ``None``.
    :param reason: one line; empty only for ``updated``, ``pinned`` and ``current``.
    :param first_seen: when ``new`` was first seen under the tag, where somebody recorded it.
    :param moves_behind: how many moves lie between ``old`` and ``new``, where somebody recorded them.
    :param behind_since: when the tag left ``old``, where somebody recorded it.
    """

    path: str
    reference: PlacedReference
    outcome: Outcome
    old: Digest | None = None
    new: Digest | None = None
    reason: str = ""
    first_seen: datetime | None = None
    moves_behind: int | None = None
    behind_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of ``status``, ``pin`` or ``update`` found.

    :param root: as the user typed it.
    :param lookups: how many distinct tags were asked for.
    :param references: in the order of paths, then of places.
    :param incomplete: things that could not be done, one line each; any makes the exit status 3.
    :param tellers: who recorded the moves by which pins are said to be behind, as a sentence names them.
    :param told_at: the moment by which they are.
    """

    root: str
    lookups: int
    references: tuple[ReferenceOutcome, ...]
    files_scanned: int
    files_skipped: tuple[SkippedFile, ...] = ()
    incomplete: tuple[str, ...] = ()
    tellers: tuple[str, ...] = ()
    told_at: datetime | None = None

    def summary(self) -> dict[Outcome, int]:
        """How many references have each outcome, zeros too."""
        counts = dict.fromkeys(Outcome, 0)
        for reference in self.references:
            counts[reference.outcome] += 1
        return counts
