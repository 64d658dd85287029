"""Sources of hooks: who may send them, and how they fare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tagwake.core.hook_source import HookSource

REFUSALS_KEPT = 100
"""Reasons of refusals that are kept, newest first, a source."""
PARKED_KEPT = 1000
"""Bodies that are kept, newest first, a source."""
PARKED_BYTES = 64 * 1024
"""A parked body is cut to this."""


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source fares.

    :param accepted: deliveries that were authenticated; ``parked`` of them could not be read.
    :param last_word_at: the last delivery that was authenticated.
    """

    kind: str
    name: str
    added_at: datetime
    accepted: int = 0
    refused: int = 0
    parked: int = 0
    last_word_at: datetime | None = None
    last_refusal_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a delivery was refused: one line, without its body and without secrets."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Parked:
    """A delivery that was authenticated and could not be read.

    :param number: its place; grows.
    :param body: the first 64 KiB; ``size`` is all of it as far as it was read, in bytes.
    """

    number: int
    kind: str
    name: str
    at: datetime
    reason: str
    size: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unread:
    """A delivery that is to be parked.

    :param size: bytes of the whole body as far as they were read.
    """

    kind: str
    name: str
    reason: str
    size: int
    body: bytes = field(repr=False)


class SourceStore(Protocol):
    """Who may send hooks. Secrets are sealed; every method is one whole transaction."""

    def put(self, source: HookSource, *, now: datetime) -> bool:
        """Take a source, or take over what has changed of it; its counters stay. Whether it is new.

        :raises UsageRefused: where its secrets cannot be sealed.
        """
        ...

    def remove(self, kind: str, name: str) -> bool:
        """Take no hooks of it any more, and drop what is kept of it; whether it was there."""
        ...

    def source(self, kind: str, name: str) -> HookSource | None:
        """A source with its secrets opened.

        :raises UsageRefused: where no key opens them.
        """
        ...

    def health(self) -> tuple[SourceHealth, ...]:
        """How all of them fare, by kind and name; no secret is opened for it."""
        ...

    def accepted(self, deliveries: Mapping[tuple[str, str], int], *, now: datetime) -> None:
        """Count deliveries that were authenticated, by kind and name."""
        ...

    def refused(self, kind: str, name: str, reasons: Sequence[str], *, count: int, now: datetime) -> None:
        """Count deliveries that were not, and keep the reasons; the last 100 stay.

        :param reasons: of the last of them, oldest first.
        """
        ...

    def refusals(self, kind: str, name: str) -> tuple[Refusal, ...]:
        """The reasons that are kept, newest first."""
        ...

    def park(self, deliveries: Sequence[Unread], *, now: datetime) -> None:
        """Count and keep deliveries that could not be read, cut to 64 KiB; of each source the last 1,000 stay."""
        ...

    def parked(
        self, limit: int, *, kind: str | None = None, name: str | None = None, before: int | None = None
    ) -> tuple[Parked, ...]:
        """What is parked, newest first, of numbers below ``before``."""
        ...
