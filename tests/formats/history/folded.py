"""Sets of sightings to be folded: what the shapes of a history are tried with."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tagwake.core.digest import Digest
from tagwake.core.history import Move, moves_of
from tagwake.core.manifest import Descriptor
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting

STREAM = Stream("registry.example:5000", "team/app/web", "1.2")
START = datetime(2026, 1, 1, tzinfo=UTC)
DIGESTS = (*(Digest("sha256", letter * 64) for letter in "abc"), Digest("sha512", "d" * 128))
IMAGE = "application/vnd.oci.image.manifest.v1+json"
KNOWN = {digest: Descriptor(digest, IMAGE, 100 + number) for number, digest in enumerate(DIGESTS[:2])}


def at(milliseconds: int) -> datetime:
    return START + timedelta(milliseconds=milliseconds)


def seen(milliseconds: int, digest: Digest | None, how: str = "poll") -> Sighting:
    return Sighting(STREAM, at(milliseconds), digest, how)


moments = st.integers(0, 9) | st.integers(0, 9_000) | st.integers(0, 10**9)
"""Milliseconds: many in one second, some in one millisecond."""

sightings = st.lists(
    st.builds(seen, moments, st.sampled_from([*DIGESTS, None]), st.sampled_from(["poll", "import:csv"])),
    max_size=25,
)


def states(moves: tuple[Move, ...]) -> list[tuple[datetime, Digest | None]]:
    return [(move.seen_at, move.digest) for move in moves]


def without_deletions(moves: tuple[Move, ...]) -> tuple[Move, ...]:
    return moves_of(
        Sighting(STREAM, move.seen_at, move.digest, move.how) for move in moves if move.digest is not None
    )
