"""A file of a code base that was not read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that was not read, and why."""

    path: str
    reason: str
