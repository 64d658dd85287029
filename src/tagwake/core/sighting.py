"""A sighting: what a tag was at one moment, as somebody saw it."""

from dataclasses import dataclass
from datetime import datetime

from tagwake.core.digest import Digest
from tagwake.core.reference import Stream

IMPORT = "import:"
"""What ``how`` begins with where a sighting was taken over from another's record."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a tag was at one moment.

    :param seen_at: when it was seen, UTC; by our own clock, for an import by that of the record.
    :param digest: what the tag pointed to, or ``None`` where the tag was confirmed to be absent.
    :param how: how we know: ``poll``, ``hook:<kind>`` (a look that a webhook asked for), ``manual``, ``import:<kind>``.
    :param claimed_at: when the registry says that it happened; never used for order.
    :param media_type: of the manifest, where it was looked at; so is ``size``, in bytes.
    """

    stream: Stream
    seen_at: datetime
    digest: Digest | None
    how: str
    claimed_at: datetime | None = None
    media_type: str | None = None
    size: int | None = None

    @property
    def is_own(self) -> bool:
        """Whether tagwake itself looked; what is imported is another's word."""
        return not self.how.startswith(IMPORT)
