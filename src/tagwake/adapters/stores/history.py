"""The port HistoryStore over a database."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Engine

from tagwake.adapters.stores import asking, searching, tag_states
from tagwake.adapters.stores.bulk import import_all
from tagwake.adapters.stores.engine import reading, transaction
from tagwake.adapters.stores.fold import Rule, fold, no_rule
from tagwake.adapters.stores.pruning import prune
from tagwake.adapters.stores.times import DAY, to_milliseconds
from tagwake.core.digest import Digest
from tagwake.core.event import Event
from tagwake.core.history import Move, Timeline
from tagwake.core.live import Live
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting
from tagwake.ports.history_store import (
    Found,
    ImportResult,
    Known,
    Placement,
    RepositoryTags,
    TagMove,
    TagState,
)

KEPT = timedelta(days=7)
"""How long raw sightings are kept after they were recorded: a late one folds meanwhile as if it had come in order."""


class DatabaseHistory:
    """The history of all tags; every method is one transaction in the caller's thread.

    :param immutable: whether a rule says that a tag must not move.
    :param kept: how long raw sightings are kept.
    """

    def __init__(self, engine: Engine, *, immutable: Rule = no_rule, kept: timedelta = KEPT) -> None:
        self._engine = engine
        self._immutable = immutable
        self._kept = kept
        self._pruned: int | None = None

    def record(self, sighting: Sighting, *, now: datetime) -> tuple[Event, ...]:
        """See :meth:`tagwake.ports.history_store.HistoryStore.record`."""
        with transaction(self._engine) as connection:
            return fold(connection, sighting, now=now, immutable=self._immutable)

    def import_sightings(self, sightings: Iterable[Sighting], *, now: datetime) -> ImportResult:
        """See :meth:`tagwake.ports.history_store.HistoryStore.import_sightings`."""
        return import_all(self._engine, sightings, now=now, immutable=self._immutable)

    def timeline(self, stream: Stream) -> Timeline:
        """See :meth:`tagwake.ports.history_store.HistoryStore.timeline`."""
        with reading(self._engine) as connection:
            return asking.timeline(connection, stream)

    def newest_moves(
        self, stream: Stream, limit: int, before: datetime | None = None, below: int | None = None
    ) -> tuple[Move, ...]:
        """See :meth:`tagwake.ports.history_store.HistoryStore.newest_moves`."""
        with reading(self._engine) as connection:
            return asking.newest_moves(connection, stream, limit, before, below)

    def live(self, stream: Stream, at: datetime) -> Live:
        """See :meth:`tagwake.ports.history_store.HistoryStore.live`."""
        with reading(self._engine) as connection:
            return asking.live(connection, stream, at)

    def tags_of(self, digest: Digest) -> tuple[Placement, ...]:
        """See :meth:`tagwake.ports.history_store.HistoryStore.tags_of`."""
        with reading(self._engine) as connection:
            return asking.tags_of(connection, digest)

    def first_seen(self, stream: Stream, digest: Digest | None = None) -> datetime | None:
        """See :meth:`tagwake.ports.history_store.HistoryStore.first_seen`."""
        with reading(self._engine) as connection:
            return asking.first_seen(connection, stream, digest)

    def known(self, digest: Digest) -> Known | None:
        """See :meth:`tagwake.ports.history_store.HistoryStore.known`."""
        with reading(self._engine) as connection:
            return asking.known(connection, digest)

    def known_all(self, digests: Collection[Digest]) -> Mapping[Digest, Known]:
        """See :meth:`tagwake.ports.history_store.HistoryStore.known_all`."""
        with reading(self._engine) as connection:
            return asking.known_all(connection, digests)

    def streams(self, registry: str, repository: str) -> tuple[Stream, ...]:
        """See :meth:`tagwake.ports.history_store.HistoryStore.streams`."""
        with reading(self._engine) as connection:
            return searching.streams(connection, registry, repository)

    def tag(self, stream: Stream) -> TagState | None:
        """See :meth:`tagwake.ports.history_store.HistoryStore.tag`."""
        with reading(self._engine) as connection:
            return tag_states.tag(connection, stream)

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
        with reading(self._engine) as connection:
            return tag_states.tags_of_repository(connection, (registry, repository), limit, start, after)

    def repositories(self, limit: int, after: tuple[str, str] | None = None) -> tuple[RepositoryTags, ...]:
        """See :meth:`tagwake.ports.history_store.HistoryStore.repositories`."""
        with reading(self._engine) as connection:
            return searching.known_repositories(connection, limit, after)

    def recent(self, limit: int) -> tuple[TagMove, ...]:
        """See :meth:`tagwake.ports.history_store.HistoryStore.recent`."""
        with reading(self._engine) as connection:
            return searching.recent(connection, limit)

    def find(self, text: str, limit: int) -> Found:
        """See :meth:`tagwake.ports.history_store.HistoryStore.find`."""
        with reading(self._engine) as connection:
            return searching.find(connection, text, limit)

    def prune(self, *, now: datetime) -> int:
        """See :meth:`tagwake.ports.history_store.HistoryStore.prune`."""
        day = to_milliseconds(now - self._kept) // DAY
        if self._pruned == day:  # nothing is recorded for a day that has passed
            return 0
        many = prune(self._engine, day)
        self._pruned = day
        return many
