"""A claim: what the latest hint says of a tag, until a look answers it."""

from dataclasses import dataclass
from datetime import datetime

from tagwake.core.digest import Digest
from tagwake.core.hint import Hint


@dataclass(frozen=True, slots=True)
class Claim:
    """What a registry's hint says of one tag; see :class:`tagwake.core.hint.Hint`.

    :param how: how a look that answers it is known: ``hook:<kind>``.
    """

    how: str
    claimed_at: datetime | None = None
    digest: Digest | None = None
    deleted: bool = False

    @classmethod
    def of(cls, hint: Hint) -> "Claim":
        """What the hint claims; of a whole repository it claims no digest of each tag."""
        if hint.tag is None:
            return cls(hint.how, hint.claimed_at, None, hint.deleted)
        return cls(hint.how, hint.claimed_at, hint.digest, hint.deleted)

    def time_for(self, digest: Digest | None) -> datetime | None:
        """When the registry says that the tag came to be what a look saw; ``None`` where it speaks of something else.

        :param digest: what was seen, ``None`` where the tag was absent.
        """
        if self.deleted or digest is None:
            return self.claimed_at if self.deleted and digest is None else None
        return self.claimed_at if self.digest in (None, digest) else None


def newer(known: Claim | None, heard: Claim) -> Claim:
    """Which of two claims stands: the one about the later moment, whatever the order in which they came."""
    if known is None or known.claimed_at is None or heard.claimed_at is None:
        return heard
    return known if known.claimed_at > heard.claimed_at else heard
