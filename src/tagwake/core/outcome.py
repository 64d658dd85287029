"""What became of each reference, and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tagwake.core.digest import Digest
from tagwake.core.pin import PlacedReference


class Outcome(StrEnum):
    """What a reference is, the first that applies, in this order (``status --format json``)."""

    IGNORED = "ignored"
    INVALID = "invalid"
    UNSUPPORTED = "unsupported"
    TEMPLATED = "templated"
    UNTAGGED = "untagged"
    UNPINNED = "unpinned"
    PINNED = "pinned"
    HELD = "held"
    BROKEN = "broken"
    UNRESOLVED = "unresolved"
    BLOCKED = "blocked"
    WAITING = "waiting"
    BEHIND = "behind"
    UPDATED = "updated"
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class ReferenceOutcome:
    """One reference and what it is.

    :param path: of its file, relative to the root.
    :param old: the digest that is written, or ``None``.
    :param new: the digest that should be (or was) written, or ``None``.
    :param reason: one line; empty only for ``updated``, ``pinned`` and ``current``.
    :param first_seen: when ``new`` was first seen under the tag, where somebody recorded it.
    :param moves_behind: how many moves lie between ``old`` and ``new``, where somebody recorded them.
    """

    path: str
    reference: PlacedReference
    outcome: Outcome
    old: Digest | None = None
    new: Digest | None = None
    reason: str = ""
    first_seen: datetime | None = None
    moves_behind: int | None = None


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that was not read, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of ``status``, ``pin`` or ``update`` found.

    :param root: as the user typed it.
    :param lookups: how many distinct tags were asked for.
    :param references: in the order of paths, then of places.
    :param incomplete: things that could not be done, one line each; any makes the exit status 3.
    """

    root: str
    lookups: int
    references: tuple[ReferenceOutcome, ...]
    files_scanned: int
    files_skipped: tuple[SkippedFile, ...] = ()
    incomplete: tuple[str, ...] = ()

    def summary(self) -> dict[Outcome, int]:
        """How many references have each outcome, zeros too."""
        counts = dict.fromkeys(Outcome, 0)
        for reference in self.references:
            counts[reference.outcome] += 1
        return counts
