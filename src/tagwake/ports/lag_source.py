"""Whoever can say how far a pin is behind its tag."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tagwake.core.digest import Digest
from tagwake.core.lag import Lag
from tagwake.core.reference import Stream

Behind = tuple[Stream, Digest, Digest]
"""A tag, the digest that is pinned, and the one that the tag points to."""


@dataclass(frozen=True, slots=True)
class Lags:
    """What could be found out.

    :param known: by pin; one of which nothing is known is missing.
    :param tellers: who told it, each once, as a sentence names them.
    :param at: when they did, UTC.
    """

    known: Mapping[Behind, Lag] = field(default_factory=dict)
    tellers: tuple[str, ...] = ()
    at: datetime | None = None


class LagSource(Protocol):
    """Looks into whatever history is at hand."""

    def begin(self, stream: Stream) -> None:
        """Begin to ask for this tag, whose lag will be wanted: so nobody waits for it when the look-ups are done."""
        ...

    async def lags(self, behind: Collection[Behind], ahead: Collection[Stream] = ()) -> Lags:
        """How far these are behind; it gives up early, and raises nothing for what nobody can tell.

        :param ahead: tags whose newest digest is pinned somewhere in the code base already, so that its commits know it.
        """
        ...
