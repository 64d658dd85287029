"""A hold: a digest, or a whole stream, that is never proposed, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tagwake.core.digest import Digest
from tagwake.core.image_glob import ImageGlob
from tagwake.core.pin import PlacedReference

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Hold:
    """One ``[[hold]]`` of the settings.

    :param image: which images; see :class:`~tagwake.core.image_glob.ImageGlob`.
    :param digest: which digest of them, or ``None`` for whatever their tags point to.
    :param reason: why, in the words of whoever holds it; may be empty.
    :param until: the last day on which it holds, or ``None`` for good.
    :param source: the file that says so.
    """

    image: ImageGlob
    digest: Digest | None = None
    reason: str = ""
    until: date | None = None
    source: str = "tagwake.toml"

    def has_expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.until is not None and today > self.until

    def covers(self, reference: PlacedReference, digest: Digest | None) -> bool:
        """Whether this digest may not be proposed for the reference; with ``None`` whether none may."""
        return (self.digest is None or self.digest == digest) and self.image.matches(reference)

    def describe(self, today: date) -> str:
        """One line for people: ``until 1 Dec: fails in staging (tagwake.toml)``, with the year where it is another."""
        until = ""
        if self.until is not None:
            year = "" if self.until.year == today.year else f" {self.until.year}"
            until = f"until {self.until.day} {_MONTHS[self.until.month - 1]}{year}"
        said = ": ".join(part for part in (until, self.reason) if part)
        return f"{said or 'held for good'} ({self.source})"


def hold_on(
    holds: Iterable[Hold], reference: PlacedReference, digest: Digest | None, today: date
) -> Hold | None:
    """The first hold in force that covers the digest for this reference, or ``None``."""
    for hold in holds:
        if not hold.has_expired(today) and hold.covers(reference, digest):
            return hold
    return None
