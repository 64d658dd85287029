"""A hint: what a registry's webhook says of a tag, which is a reason to look now and never the truth."""

from dataclasses import dataclass
from datetime import datetime

from tagwake.core.digest import Digest
from tagwake.core.reference import Stream


@dataclass(frozen=True, slots=True)
class Hint:
    """A reason to look at a tag now, or at every watched tag of a repository.

    :param registry: normalised host, as in a :class:`~tagwake.core.reference.Stream`; so is ``repository``.
    :param tag: ``None`` where the registry names none: all tags of the repository are meant.
    :param kind: whose format it came in: ``harbor``, ``zot``.
    :param source: the name of the source that was configured for it.
    :param delivery: the registry's own id of the event, else ``sha256:`` of the body; equal for duplicates.
    :param claimed_at: when the registry says that it happened, UTC; never used for order.
    :param digest: what the registry says that the tag points to, a claim that a look may contradict.
    :param deleted: the registry says that it was deleted; only a look confirms that.
    """

    registry: str
    repository: str
    tag: str | None
    kind: str
    source: str
    delivery: str
    claimed_at: datetime | None = None
    digest: Digest | None = None
    deleted: bool = False

    @property
    def stream(self) -> Stream | None:
        """The one tag that is meant, or ``None`` for a whole repository."""
        return None if self.tag is None else Stream(self.registry, self.repository, self.tag)

    @property
    def how(self) -> str:
        """What a sighting says of the look that this asked for (``Sighting.how``)."""
        return f"hook:{self.kind}"
