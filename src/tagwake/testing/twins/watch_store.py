"""An in-memory twin of the port WatchStore."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from tagwake.core.history import Gap
from tagwake.core.reference import Stream
from tagwake.core.watch_pattern import WatchPattern
from tagwake.ports.watch_store import Watch
from tagwake.testing.twins.work import ListRow, Work


@dataclass(slots=True)
class WatchStoreTwin:
    """Watches in a table."""

    work: Work = field(default_factory=Work)

    def watch(self, patterns: Iterable[WatchPattern], *, by: str, now: datetime) -> int:
        """See :meth:`tagwake.ports.watch_store.WatchStore.watch`."""
        new = 0
        for pattern in patterns:
            known = self._known(pattern)
            if known is None:
                new += 1
                self.work.watches[pattern] = Watch(pattern, by, now)
            else:
                del self.work.watches[known.pattern]
                self.work.watches[pattern] = replace(known, pattern=pattern)
            if pattern.stream is not None:
                self.work.take_up([pattern.stream], now)
                continue
            self.work.take_up([stream for stream in self.work.tags if pattern.matches(stream)], now)
            if known is None or known.pattern != pattern:
                self.work.lists.setdefault((pattern.registry, pattern.repository), ListRow(now)).hurry(now)
        self._rest()
        return new

    def unwatch(self, pattern: WatchPattern) -> bool:
        """See :meth:`tagwake.ports.watch_store.WatchStore.unwatch`."""
        known = self._known(pattern)
        if known is None:
            return False
        del self.work.watches[known.pattern]
        self._rest()
        return True

    def watches(self) -> tuple[Watch, ...]:
        """See :meth:`tagwake.ports.watch_store.WatchStore.watches`."""
        found = [
            replace(watch, streams=sum(watch.pattern.matches(stream) for stream in self._watched()))
            for watch in self.work.watches.values()
        ]
        return tuple(sorted(found, key=lambda watch: _order(watch.pattern)))

    def watched(self, limit: int, after: Stream | None = None) -> tuple[Stream, ...]:
        """See :meth:`tagwake.ports.watch_store.WatchStore.watched`."""
        found = [stream for stream in self._watched() if after is None or _place(stream) > _place(after)]
        return tuple(sorted(found, key=_place)[:limit])

    def is_watched(self, stream: Stream) -> bool:
        """See :meth:`tagwake.ports.watch_store.WatchStore.is_watched`."""
        row = self.work.tags.get(stream)
        return row is not None and row.is_watched

    def gaps(self, stream: Stream) -> tuple[Gap, ...]:
        """See :meth:`tagwake.ports.watch_store.WatchStore.gaps`."""
        return tuple(self.work.gaps.get(stream, ()))

    def _known(self, pattern: WatchPattern) -> Watch | None:
        return next(
            (watch for known, watch in self.work.watches.items() if _order(known) == _order(pattern)), None
        )

    def _watched(self) -> list[Stream]:
        return [stream for stream, row in self.work.tags.items() if row.is_watched]

    def _rest(self) -> None:
        for stream, row in self.work.tags.items():
            if not self.work.covers(stream):
                row.is_watched, row.leased_until, row.claim = False, None, None
                row.fence += 1
        globs = {
            (pattern.registry, pattern.repository) for pattern in self.work.watches if pattern.stream is None
        }
        for place in [place for place in self.work.lists if place not in globs]:
            del self.work.lists[place]


def _order(pattern: WatchPattern) -> tuple[str, str, str]:
    return pattern.registry, pattern.repository, pattern.tag


def _place(stream: Stream) -> tuple[str, str, str]:
    return stream.registry, stream.repository, stream.tag
