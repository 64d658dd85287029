"""The history of the code base itself."""

from collections.abc import Mapping, Sequence
from typing import Protocol

LineRanges = Sequence[tuple[int, int]]
"""Lines that were added or changed: first and last, counted from 1, both included."""


class GitHistory(Protocol):
    """What git knows of the files of a work tree."""

    def changed_lines(self, since: str) -> Mapping[str, LineRanges]:
        """Lines of the work tree's files that differ from the revision ``since``, by path; a new file has them all.

        :raises UsageRefused: when there is no git repository here or it knows no such revision.
        """
        ...
