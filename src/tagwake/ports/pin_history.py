"""What the commits of a code base tell of the tags that it pins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tagwake.core.pin_moves import PinSighting
from tagwake.core.reference import Stream
from tagwake.ports.progress import Progress


@dataclass(frozen=True, slots=True)
class PinLog:
    """What the commits saw.

    :param sightings: by stream, oldest first; empty for one that no commit pins.
    :param commits: how many commits were looked at: those that touched a file which pins one of the streams.
    :param is_cut_off: whether commits before the oldest are missing here, as in a shallow clone.
    """

    sightings: Mapping[Stream, tuple[PinSighting, ...]]
    commits: int
    is_cut_off: bool = False


class PinHistory(Protocol):
    """The commits of a code base, along the first parents of what is checked out."""

    def pins(self, streams: Sequence[Stream], progress: Progress | None = None) -> PinLog:
        """What the commits tell of these streams, whatever form they are written in.

        :param progress: is told of ``commits``.
        :raises UsageRefused: where there is no git repository here, or no commit in it.
        """
        ...

    def pinned(self) -> tuple[Stream, ...]:
        """Every stream that the latest commit pins, by name."""
        ...
