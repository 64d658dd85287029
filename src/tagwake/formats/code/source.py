"""A file's text as the finders see it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """A path and its text as UTF-8 bytes: offsets of all findings count in these bytes.

    A file in UTF-16 is transcoded before the finders see it, and the offsets are mapped back after.
    """

    path: str
    data: bytes

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]
