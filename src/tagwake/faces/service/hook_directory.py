"""The sources of hooks at hand: known without asking the database for each hook, and never much older than it."""

import asyncio
from collections.abc import Callable, Mapping

from tagwake.core.errors import UsageRefused
from tagwake.core.hook_source import HookSource
from tagwake.ports.source_store import SourceStore
from tagwake.ports.timing import Timing

MAX_AGE = 5.0
"""Seconds after which a source that was changed or removed is known to be."""
MISS_AGE = 1.0
"""Seconds after which a source that was added is known."""


class SourcesUnknown(Exception):
    """The database does not say which sources there are, and never has."""


class HookDirectory:
    """All sources, read anew when they are old, or when one is missed."""

    def __init__(self, store: SourceStore, timing: Timing, failed: Callable[[Exception], None]) -> None:
        """:param failed: told of each reading that the database did not answer; the last one is used meanwhile."""
        self._store, self._timing, self._failed = store, timing, failed
        self._sources: Mapping[tuple[str, str], HookSource | None] = {}
        self._read_at: float | None = None
        self._reading = asyncio.Lock()

    async def find(self, kind: str, name: str) -> HookSource | None:
        """The source, or ``None`` where there is none.

        :raises UsageRefused: where there is one, and no key opens its secrets.
        :raises SourcesUnknown: where the database is not there.
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
                try:
                    self._sources = await asyncio.to_thread(self._all)
                except Exception as error:
                    self._failed(error)
                    if self._read_at is None:
                        raise SourcesUnknown from error
                self._read_at = at

    def _all(self) -> dict[tuple[str, str], HookSource | None]:
        return {(each.kind, each.name): self._open(each.kind, each.name) for each in self._store.health()}

    def _open(self, kind: str, name: str) -> HookSource | None:
        try:
            return self._store.source(kind, name)
        except UsageRefused:
            return None
