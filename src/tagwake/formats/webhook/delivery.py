"""A delivery: what a registry's webhook sent, as it was sent, and what can be found in it."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec


@dataclass(slots=True)
class Delivery:
    """One request; not frozen, because freezing doubles what each of thousands a second costs.

    :param headers: names in lower case, values as latin-1 text.
    :param body: the bytes as they came.
    :param known: what earlier deliveries of the source taught (:class:`Lesson`), by id.
    """

    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    known: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def fingerprint(self) -> str:
        """``sha256:`` of the body, which stands for an id where a registry gives none."""
        return f"sha256:{hashlib.sha256(self.body).hexdigest()}"


class Claim(msgspec.Struct, frozen=True):
    """What a registry says has happened, in its own words: nothing is normalised, nothing checked.

    :param registry: host, where the delivery tells it.
    :param tag: perhaps empty, perhaps a digest; for a deletion none stands for the whole repository.
    :param digest: ``sha256:<hex>``, perhaps no digest at all.
    :param id: of the event, where it has one.
    :param under: what the registry keeps the repository under, which is no part of its name when it is pulled.
    """

    registry: str | None
    repository: str
    tag: str | None = None
    digest: str | None = None
    id: str | None = None
    at: datetime | None = None
    deleted: bool = False
    under: str = ""


class Lesson(msgspec.Struct, frozen=True):
    """A name for an id, which a later delivery of the same source may give alone."""

    id: str
    name: str


class Oddity(msgspec.Struct, frozen=True):
    """A part that could not be made sense of, and why; the others still count."""

    reason: str


Finding = Claim | Lesson | Oddity
"""Whatever a delivery holds. What is of no interest (a pull, a blob) is no finding."""

Findings = Iterator[Finding]
"""Findings in the order of the delivery; reading on may raise :class:`tagwake.core.errors.InvalidHook`."""
