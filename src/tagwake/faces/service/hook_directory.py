"""The sources of hooks at hand: known without asking the database for each hook, and never much older than it."""

import asyncio
from collections.abc import Mapping

from tagwake.core.errors import UsageRefused
from tagwake.core.hook_source import HookSource
from tagwake.ports.source_store import SourceStore
from tagwake.ports.timing import Timing

MAX_AGE = 5.0
"""Seconds after which a source that was changed or removed is known to be."""
MISS_AGE = 1.0
"""Seconds after which a source that was added is known."""


class HookDirectory:
    """All sources, read anew when they are old, or when one is missed."""

    def __init__(self, store: SourceStore, timing: Timing) -> None:
        self._store, self._timing = store, timing
        self._sources: Mapping[tuple[str, str], HookSource | None] = {}
        self._read_at: float | None = None
        self._reading = asyncio.Lock()

    async def find(self, kind: str, name: str) -> HookSource | None:
        """The source, or ``None`` where there is none.

        :raises UsageRefused: where there is one, and no key opens its secrets.
        """
        key = (kind, name)
        if self._is_older_than(MAX_AGE if key in self._sources else MISS_AGE):
            await self._read(MAX_AGE if key in self._sources else MISS_AGE)
        source = self._sources.get(key)
        if source is None and key in self._sources:
            raise UsageRefused(f"the secrets of {kind}/{name} cannot be opened: check TAGWAKE_SECRET_KEY")
        return source

    def _is_older_than(self, age: float) -> bool:
        return self._read_at is None or self._timing.monotonic() - self._read_at > age

    async def _read(self, age: float) -> None:
        async with self._reading:
            if self._is_older_than(age):  # else another hook has had it read meanwhile
                at = self._timing.monotonic()
                self._sources = await asyncio.to_thread(self._all)
                self._read_at = at

    def _all(self) -> dict[tuple[str, str], HookSource | None]:
        return {(each.kind, each.name): self._open(each.kind, each.name) for each in self._store.health()}

    def _open(self, kind: str, name: str) -> HookSource | None:
        try:
            return self._store.source(kind, name)
        except UsageRefused:
            return None
