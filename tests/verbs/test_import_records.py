"""Registries' own records, to be imported: what could not be had is said."""

from datetime import UTC, datetime

from tagwake.core.digest import Digest
from tagwake.core.reference import Stream
from tagwake.core.resolution import Failure, Unresolved
from tagwake.core.sighting import Sighting
from tagwake.ports.registry_record import RecordKind, RegistryRecord
from tagwake.verbs.import_records import records_of

ONE, TWO, THREE, FOUR = (Stream("quay.io", "team/app", tag) for tag in "1234")
SEEN = Sighting(ONE, datetime(2026, 1, 1, tzinfo=UTC), Digest("sha256", "a" * 64), "import:quay")


ANSWERS = {
    ONE: RegistryRecord(RecordKind.QUAY, "u", (SEEN,)),
    TWO: Unresolved(Failure.SERVER, "it fails"),
    THREE: None,
    FOUR: RegistryRecord(RecordKind.QUAY, "u", (SEEN,), is_whole=False),
}


class Records:
    async def record(self, stream, kinds=()):
        assert kinds == (RecordKind.QUAY,)
        return ANSWERS[stream]


async def test_what_is_there_is_taken_and_the_rest_is_said():
    found = await records_of(Records(), [ONE, TWO, THREE, FOUR], RecordKind.QUAY)
    assert found.sightings == (SEEN, SEEN)
    assert found.failed == (
        "quay.io/team/app:2: it fails",
        "quay.io/team/app:3: quay.io tells no history of it in quay's shape",
        "quay.io/team/app:4: its record is longer than is read at once: its oldest part is missing",
    )
