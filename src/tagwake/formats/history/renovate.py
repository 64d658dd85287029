"""The shape of a Renovate custom datasource: each tag as a release, with the digest that it points to and its age.

Source: Renovate's documentation, "Custom Datasource". ``minimumReleaseAge`` counts from ``releaseTimestamp``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from tagwake.core.digest import Digest
from tagwake.formats.history.answer import read_answer, read_digest, read_time
from tagwake.formats.history.moment import write_moment

_WHAT = "its list of releases"


class ReleaseShape(msgspec.Struct, omit_defaults=True):
    """A release of a custom datasource: a tag, its digest, and when we first saw it there."""

    version: str
    release_timestamp: str | None = msgspec.field(name="releaseTimestamp", default=None)
    digest: str | None = None


class ReleasesDocument(msgspec.Struct):
    """What Renovate reads from a custom datasource."""

    releases: list[ReleaseShape]


@dataclass(frozen=True, slots=True)
class Release:
    """A tag, its digest, and when we first saw it there; ``None`` where we have not: a digest without age has none to wait for."""

    tag: str
    digest: Digest
    first_seen: datetime | None


def document(releases: Iterable[Release]) -> ReleasesDocument:
    """The releases in the order in which they are given; one that we never saw has no time."""
    return ReleasesDocument(
        [
            ReleaseShape(
                each.tag,
                None if each.first_seen is None else write_moment(each.first_seen),
                str(each.digest),
            )
            for each in releases
        ]
    )


def encode(releases: Iterable[Release]) -> bytes:
    """The releases as JSON."""
    return msgspec.json.encode(document(releases))


def decode(data: bytes) -> tuple[Release, ...]:
    """The releases that have a digest.

    :raises InvalidAnswer: where it is no such list.
    """
    return tuple(
        Release(
            each.version,
            read_digest(each.digest, _WHAT),
            None if each.release_timestamp is None else read_time(each.release_timestamp, _WHAT),
        )
        for each in read_answer(data, ReleasesDocument, _WHAT).releases
        if each.digest is not None
    )
