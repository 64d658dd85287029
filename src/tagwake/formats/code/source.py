"""A file's text as the finders see it."""

from dataclasses import dataclass

from tagwake.core.errors import TagwakeError


class TooLarge(TagwakeError):
    """A file holds more structure than any that people maintain: it is skipped, with this text as the reason."""


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
