"""A look: what one request told of a tag, which may be nothing."""

from dataclasses import dataclass
from datetime import timedelta

from tagwake.core.digest import Digest
from tagwake.core.manifest import Descriptor
from tagwake.core.resolution import Failure, Unresolved


@dataclass(frozen=True, slots=True)
class Seen:
    """The registry served a manifest under the tag.

    :param size: in bytes, ``None`` where it was not said.
    :param etag: the entity tag of the answer as it was sent, quotes included (RFC 9110, section 8.8.3), or ``None``.
    """

    digest: Digest
    media_type: str
    size: int | None = None
    etag: str | None = None

    @property
    def descriptor(self) -> Descriptor:
        """What was served, without the entity tag of the answer."""
        return Descriptor(self.digest, self.media_type, self.size)


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The registry answered 304: the tag is what it was when the entity tag was given (RFC 9110, section 15.4.5)."""


@dataclass(frozen=True, slots=True)
class Absent:
    """A registry that answers said 404 for the tag: a deletion only once a second look, apart in time, says so too."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing was told: neither that the tag is as it was nor that it is not.

    :param failure: the kind of failure.
    :param reason: one line on what happened and what to do; no secrets.
    :param retry_after: how long the host asks to be left alone; ``None`` where it said nothing.
    """

    failure: Failure
    reason: str
    retry_after: timedelta | None = None


Look = Seen | Unchanged | Absent | Unknown
"""What one request told of a tag."""


def look_of(found: Descriptor | Unresolved, *, etag: str | None = None) -> Look:
    """The look that an unconditional question makes; only an unhesitating "not found" says something of the tag."""
    if isinstance(found, Descriptor):
        return Seen(found.digest, found.media_type, found.size, etag)
    if found.failure is Failure.NOT_FOUND:
        return Absent()
    return Unknown(found.failure, found.reason)
