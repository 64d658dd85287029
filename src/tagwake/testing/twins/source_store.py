"""An in-memory twin of the port SourceStore."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from tagwake.core.hook_source import HookSource
from tagwake.ports.source_store import (
    PARKED_BYTES,
    PARKED_KEPT,
    REFUSALS_KEPT,
    Parked,
    Refusal,
    SourceHealth,
    Unread,
)

Key = tuple[str, str]
"""Kind and name."""


@dataclass(slots=True)
class SourceStoreTwin:
    """Sources in a table."""

    sources: dict[Key, HookSource] = field(default_factory=dict)
    healths: dict[Key, SourceHealth] = field(default_factory=dict)
    reasons: dict[Key, list[Refusal]] = field(default_factory=dict)
    bodies: list[Parked] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def put(self, source: HookSource, *, now: datetime) -> bool:
        """See :meth:`tagwake.ports.source_store.SourceStore.put`."""
        key = source.kind, source.name
        is_new = key not in self.sources
        self.sources[key] = source
        if is_new:
            self.healths[key] = SourceHealth(*key, now)
        return is_new

    def remove(self, kind: str, name: str) -> bool:
        """See :meth:`tagwake.ports.source_store.SourceStore.remove`."""
        key = kind, name
        self.healths.pop(key, None)
        self.reasons.pop(key, None)
        self.bodies = [body for body in self.bodies if (body.kind, body.name) != key]
        return self.sources.pop(key, None) is not None

    def source(self, kind: str, name: str) -> HookSource | None:
        """See :meth:`tagwake.ports.source_store.SourceStore.source`."""
        return self.sources.get((kind, name))

    def health(self) -> tuple[SourceHealth, ...]:
        """See :meth:`tagwake.ports.source_store.SourceStore.health`."""
        return tuple(self.healths[key] for key in sorted(self.healths))

    def accepted(self, deliveries: Mapping[Key, int], *, now: datetime) -> None:
        """See :meth:`tagwake.ports.source_store.SourceStore.accepted`."""
        for key, number in deliveries.items():
            if health := self.healths.get(key):
                last = max(now, health.last_word_at or now)
                self.healths[key] = replace(health, accepted=health.accepted + number, last_word_at=last)

    def refused(self, kind: str, name: str, reasons: Sequence[str], *, count: int, now: datetime) -> None:
        """See :meth:`tagwake.ports.source_store.SourceStore.refused`."""
        key = kind, name
        if health := self.healths.get(key):
            self.healths[key] = replace(health, refused=health.refused + count, last_refusal_at=now)
            newest = [Refusal(now, reason) for reason in reversed(reasons)]
            self.reasons[key] = [*newest, *self.reasons.get(key, [])][:REFUSALS_KEPT]

    def refusals(self, kind: str, name: str) -> tuple[Refusal, ...]:
        """See :meth:`tagwake.ports.source_store.SourceStore.refusals`."""
        return tuple(self.reasons.get((kind, name), ()))

    def park(self, deliveries: Sequence[Unread], *, now: datetime) -> None:
        """See :meth:`tagwake.ports.source_store.SourceStore.park`."""
        for each in deliveries:
            key = each.kind, each.name
            health = self.healths.get(key)
            if health is None:
                continue
            self.healths[key] = replace(health, parked=health.parked + 1)
            body = each.body[:PARKED_BYTES]
            self.bodies.append(Parked(next(self._numbers), *key, now, each.reason, each.size, body))
            own = [kept for kept in self.bodies if (kept.kind, kept.name) == key]
            for old in own[:-PARKED_KEPT]:
                self.bodies.remove(old)

    def parked(
        self, limit: int, *, kind: str | None = None, name: str | None = None, before: int | None = None
    ) -> tuple[Parked, ...]:
        """See :meth:`tagwake.ports.source_store.SourceStore.parked`."""
        found = [
            body
            for body in reversed(self.bodies)
            if kind in (None, body.kind) and name in (None, body.name)
            if before is None or body.number < before
        ]
        return tuple(found[:limit])
