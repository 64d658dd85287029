"""Something that was done to the registry's content, as listeners are told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

OCTETS = "application/octet-stream"
"""The media type of every blob: the registry knows no other."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that was done to a manifest, tag or blob; ``digest`` is None where only a tag was deleted."""

    action: Literal["push", "pull", "mount", "delete"]
    repository: str
    digest: str | None
    media_type: str
    size: int
    at: datetime
    tag: str | None = None
    source: str | None = None
