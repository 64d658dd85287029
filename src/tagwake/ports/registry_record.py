"""The record that some registries keep of their own tags."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tagwake.core.reference import Stream
from tagwake.core.resolution import Unresolved
from tagwake.core.sighting import Sighting


class RecordKind(StrEnum):
    """Which shape a registry tells its record in."""

    CHAINGUARD = "chainguard"
    OCI = "oci"
    QUAY = "quay"


@dataclass(frozen=True, slots=True)
class RegistryRecord:
    """What a registry says that a tag was.

    :param url: where it says so.
    :param sightings: oldest first; their ``seen_at`` is the registry's time. Empty where it keeps a record and has
        nothing of this tag.
    :param is_whole: whether all pages were read.
    """

    kind: RecordKind
    url: str
    sightings: tuple[Sighting, ...]
    is_whole: bool = True


class RegistryRecords(Protocol):
    """The records of all registries."""

    async def record(
        self, stream: Stream, kinds: Sequence[RecordKind] = ()
    ) -> RegistryRecord | Unresolved | None:
        """What the tag's registry says of it; ``None`` where it keeps no record.

        :param kinds: the shapes to ask for, the first that it knows is taken; without any those that its name suggests.
        """
        ...
