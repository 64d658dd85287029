"""``import``: take over what others have recorded of tags, as sightings that say so."""

from collections.abc import Sequence
from dataclasses import dataclass

from tagwake.core.reference import Stream
from tagwake.core.resolution import Unresolved
from tagwake.core.sighting import Sighting
from tagwake.ports.registry_record import RecordKind, RegistryRecords


@dataclass(frozen=True, slots=True)
class Records:
    """What registries say of some tags.

    :param sightings: of all tags, oldest first for each.
    :param failed: why the record of a tag could not be had, a line each.
    """

    sightings: tuple[Sighting, ...]
    failed: tuple[str, ...]


async def records_of(records: RegistryRecords, streams: Sequence[Stream], kind: RecordKind) -> Records:
    """The registries' own records of these tags, told in one shape."""
    found: list[Sighting] = []
    failed = []
    for stream in streams:
        record = await records.record(stream, (kind,))
        if isinstance(record, Unresolved):
            failed.append(f"{stream}: {record.reason}")
        elif record is None or not record.sightings:
            failed.append(f"{stream}: {stream.registry} tells no history of it in {kind.value}'s shape")
        else:
            found += record.sightings
            if not record.is_whole:
                failed.append(
                    f"{stream}: its record is longer than is read at once: its oldest part is missing"
                )
    return Records(tuple(found), tuple(failed))
