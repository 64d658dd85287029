"""An in-memory twin of the port HistoryStore: all sightings are kept, and every answer is derived from them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tagwake.core.digest import Digest
from tagwake.core.event import Event
from tagwake.core.history import Gap, Move, Timeline, moves_between
from tagwake.core.live import Live, live_at
from tagwake.core.reference import Stream
from tagwake.core.search import Search
from tagwake.core.sighting import Sighting
from tagwake.core.state import State, states_of
from tagwake.core.telling import FirstTold, tell
from tagwake.ports.history_store import (
    Found,
    ImportResult,
    Known,
    Placement,
    RepositoryTags,
    TagMove,
    TagState,
)
from tagwake.testing.twins.feed import FeedTwin


@dataclass(slots=True)
class HistoryStoreTwin:
    """Keeps all sightings; put gaps into ``gaps``.

    :param feed: where events go.
    :param immutable: whether a rule says that a tag must not move.
    """

    feed: FeedTwin = field(default_factory=FeedTwin)
    immutable: Callable[[Stream], bool] = lambda _: False
    gaps: dict[Stream, list[Gap]] = field(default_factory=dict)
    _seen: dict[Stream, set[Sighting]] = field(default_factory=dict)

    def record(self, sighting: Sighting, *, now: datetime) -> tuple[Event, ...]:
        """See :meth:`tagwake.ports.history_store.HistoryStore.record`."""
        return self._fold(sighting.stream, [sighting], now=now, imported=not sighting.is_own)

    def import_sightings(self, sightings: Iterable[Sighting], *, now: datetime) -> ImportResult:
        """See :meth:`tagwake.ports.history_store.HistoryStore.import_sightings`."""
        by_stream: dict[Stream, list[Sighting]] = {}
        for sighting in sightings:
            by_stream.setdefault(sighting.stream, []).append(sighting)
        moves = corrected = 0
        for stream, all_of_it in by_stream.items():
            before = len(self._moves(stream))
            corrected += len(self._fold(stream, all_of_it, now=now, imported=True))
            moves += len(self._moves(stream)) - before
        return ImportResult(sum(map(len, by_stream.values())), moves, corrected)

    def timeline(self, stream: Stream) -> Timeline:
        """See :meth:`tagwake.ports.history_store.HistoryStore.timeline`."""
        own = [sighting.seen_at for sighting in self._seen.get(stream, ()) if sighting.is_own]
        gaps = sorted(self.gaps.get(stream, ()), key=lambda gap: gap.start)
        return Timeline(self._moves(stream), tuple(gaps), min(own, default=None))

    def newest_moves(
        self, stream: Stream, limit: int, before: datetime | None = None, below: int | None = None
    ) -> tuple[Move, ...]:
        """See :meth:`tagwake.ports.history_store.HistoryStore.newest_moves`."""
        wanted = [
            move
            for move in reversed(self._moves(stream))
            if before is None
            or move.seen_at < before
            or (below is not None and move.seen_at == before and move.position < below)
        ]
        return tuple(wanted[:limit])

    def live(self, stream: Stream, at: datetime) -> Live:
        """See :meth:`tagwake.ports.history_store.HistoryStore.live`."""
        return live_at(self._states(stream), at)

    def tags_of(self, digest: Digest) -> tuple[Placement, ...]:
        """See :meth:`tagwake.ports.history_store.HistoryStore.tags_of`."""
        placements = []
        for stream in self._seen:
            states = self._states(stream)
            placements += [
                Placement(stream, state.seen_at, None if after is None else after.seen_at, state.last_seen_at)
                for state, after in zip(states, (*states[1:], None), strict=True)
                if state.digest == digest
            ]
        return tuple(sorted(placements, key=lambda each: (each.since, _name(each.stream))))

    def first_seen(self, stream: Stream, digest: Digest | None = None) -> datetime | None:
        """See :meth:`tagwake.ports.history_store.HistoryStore.first_seen`."""
        states = self._states(stream)
        wanted = digest or (states[-1].digest if states else None)
        own = (state.own_seen_at for state in states if state.digest == wanted and wanted is not None)
        return min((time for time in own if time is not None), default=None)

    def known(self, digest: Digest) -> Known | None:
        """See :meth:`tagwake.ports.history_store.HistoryStore.known`."""
        seen = [each for all_of_it in self._seen.values() for each in all_of_it if each.digest == digest]
        if not seen:
            return None
        media_type = next((each.media_type for each in seen if each.media_type is not None), None)
        return Known(media_type, next((each.size for each in seen if each.size is not None), None))

    def known_all(self, digests: Collection[Digest]) -> Mapping[Digest, Known]:
        """See :meth:`tagwake.ports.history_store.HistoryStore.known_all`."""
        return {digest: known for digest in digests if (known := self.known(digest)) is not None}

    def streams(self, registry: str, repository: str) -> tuple[Stream, ...]:
        """See :meth:`tagwake.ports.history_store.HistoryStore.streams`."""
        mine = (each for each in self._seen if (each.registry, each.repository) == (registry, repository))
        return tuple(sorted(filter(self._moves, mine), key=_name))

    def tag(self, stream: Stream) -> TagState | None:
        """See :meth:`tagwake.ports.history_store.HistoryStore.tag`."""
        states, moves = self._states(stream), self._moves(stream)
        if not moves:
            return None
        since, last = self.timeline(stream).watched_since, states[-1]
        return TagState(stream, len(moves), last.digest, last.seen_at, last.last_seen_at, since)

    def tags(
        self,
        registry: str,
        repository: str,
        limit: int,
        *,
        start: str = "",
        after: tuple[datetime, str] | None = None,
    ) -> tuple[TagState, ...]:
        """See :meth:`tagwake.ports.history_store.HistoryStore.tags`."""
        there = [state for stream in self.streams(registry, repository) if (state := self.tag(stream))]
        wanted = [state for state in there if state.stream.tag.startswith(start)]
        wanted.sort(key=lambda state: state.moved_at, reverse=True)
        return tuple([state for state in wanted if after is None or _is_beyond(state, *after)][:limit])

    def repositories(self, limit: int, after: tuple[str, str] | None = None) -> tuple[RepositoryTags, ...]:
        """See :meth:`tagwake.ports.history_store.HistoryStore.repositories`."""
        names = sorted({_name(stream)[:2] for stream in filter(self._moves, self._seen)})
        return tuple(self._repository(*name) for name in names if after is None or name > after)[:limit]

    def recent(self, limit: int) -> tuple[TagMove, ...]:
        """See :meth:`tagwake.ports.history_store.HistoryStore.recent`."""
        last = [TagMove(stream, moves[-1]) for stream in self._seen if (moves := self._moves(stream))]
        return tuple(sorted(last, key=lambda each: each.move.seen_at, reverse=True)[:limit])

    def find(self, text: str, limit: int) -> Found:
        """See :meth:`tagwake.ports.history_store.HistoryStore.find`."""
        wanted = Search.of(text)
        there = sorted(filter(self._moves, self._seen), key=_name)
        names = dict.fromkeys((stream.registry, stream.repository) for stream in there)
        digests = {seen.digest for stream in there for seen in self._seen[stream] if seen.digest is not None}
        return Found(
            tuple(self._repository(*name) for name in names if wanted.is_part_of(*name))[:limit],
            tuple(stream for stream in there if wanted.may_mean(stream))[:limit],
            tuple(sorted(digest for digest in digests if wanted.is_start_of(digest)))[:limit],
        )

    def prune(self, *, now: datetime) -> int:  # noqa: ARG002 (memory has room)
        """See :meth:`tagwake.ports.history_store.HistoryStore.prune`."""
        return 0

    def _states(self, stream: Stream) -> tuple[State, ...]:
        return states_of(self._seen.get(stream, ()))

    def _moves(self, stream: Stream) -> tuple[Move, ...]:
        return moves_between(self._states(stream))

    def _repository(self, registry: str, repository: str) -> RepositoryTags:
        streams = self.streams(registry, repository)
        moved_at = max(self._moves(stream)[-1].seen_at for stream in streams)
        return RepositoryTags(registry, repository, len(streams), moved_at)

    def _fold(
        self, stream: Stream, sightings: Iterable[Sighting], *, now: datetime, imported: bool
    ) -> tuple[Event, ...]:
        old = self._states(stream)
        self._seen.setdefault(stream, set()).update(map(_kept, sightings))
        tellings = tell(old, self._states(stream), self._first_told(stream), imported=imported)
        return self.feed.tell(stream, tellings, immutable=self.immutable(stream), now=_milliseconds(now))

    def _first_told(self, stream: Stream) -> FirstTold | None:
        told = self.feed.events(0, 1, stream)
        return FirstTold(told[0].digest, told[0].seen_at, told[0].not_before) if told else None


def _name(stream: Stream) -> tuple[str, str, str]:
    return (stream.registry, stream.repository, stream.tag)


def _is_beyond(state: TagState, moved_at: datetime, tag: str) -> bool:
    return state.moved_at < moved_at or (state.moved_at == moved_at and state.stream.tag > tag)


def _milliseconds(time: datetime) -> datetime:
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def _kept(sighting: Sighting) -> Sighting:
    claimed_at = sighting.claimed_at
    return replace(
        sighting,
        seen_at=_milliseconds(sighting.seen_at),
        claimed_at=None if claimed_at is None else _milliseconds(claimed_at),
    )
