"""Sources of history that are at hand here: the local store, the record of the tag's registry, the code's commits."""

from collections.abc import Sequence
from datetime import UTC

from tagwake.core.errors import UsageRefused
from tagwake.core.event import Event
from tagwake.core.history import Gap, Timeline, moves_of
from tagwake.core.reference import Stream
from tagwake.core.resolution import Unresolved
from tagwake.core.sighting import IMPORT, Sighting
from tagwake.core.tag_log import LogRange, TagLog, gaps_in_range, in_range
from tagwake.ports.feed import Feed
from tagwake.ports.history_store import HistoryStore
from tagwake.ports.pin_history import PinHistory
from tagwake.ports.progress import Progress
from tagwake.ports.registry_record import RecordKind, RegistryRecord, RegistryRecords
from tagwake.ports.timing import Timing
from tagwake.ports.watch_store import WatchStore

GIT = f"{IMPORT}git"
"""How a sighting is known that a commit made; behind a colon follows the commit where one is shown."""

COMMITS = "the commits of this repository"
"""What they are called in a sentence."""

_STORE_SECONDS, _GIT_SECONDS, _REGISTRY_SECONDS = 0.5, 2.0, 60.0
_PAGE = 1000
_COMMIT = 12
_KEEPS = {
    RecordKind.CHAINGUARD: "every move of the tag, and no deletion",
    RecordKind.OCI: "every move and deletion of the tag",
    RecordKind.QUAY: "what became of the tag, for some weeks",
}


class StoreSource:
    """The store of this machine (:class:`tagwake.ports.history_source.HistorySource`)."""

    name = "the store of this machine"

    def __init__(self, history: HistoryStore, feed: Feed, watches: WatchStore, timing: Timing) -> None:
        self._history = history
        self._feed = feed
        self._watches = watches
        self._timing = timing
        self._seen: int | None = None

    async def history(self, stream: Stream, asked: LogRange) -> TagLog | None:
        """What was recorded here."""
        self._seen = self._feed.newest()
        timeline = self._history.timeline(stream)
        if not timeline.moves:
            return None
        moves, older = in_range(timeline.moves, asked)
        gaps = self._watches.gaps(stream)
        return TagLog(
            stream,
            "store",
            self.name,
            _completeness(timeline, gaps),
            moves,
            gaps_in_range(gaps, asked),
            timeline.watched_since,
            older,
        )

    async def told(self, stream: Stream) -> tuple[Event, ...]:
        """Every event that was told of the tag, in order."""
        events: list[Event] = []
        while piece := self._feed.events(events[-1].cursor if events else 0, _PAGE, stream):
            events += piece
        return tuple(events)

    async def news(self, stream: Stream) -> None:  # noqa: ARG002 - one feed tells of all tags
        """Return as soon as the feed has grown."""
        while self._feed.newest() == self._seen:
            await self._timing.sleep(_STORE_SECONDS)


class RecordSource:
    """The record that the tag's own registry keeps."""

    name = "the tag's registry"

    def __init__(self, records: RegistryRecords, timing: Timing) -> None:
        self._records = records
        self._timing = timing

    async def history(self, stream: Stream, asked: LogRange) -> TagLog | Unresolved | None:
        """What the registry says."""
        record = await self._records.record(stream)
        if not isinstance(record, RegistryRecord):
            return record
        if not record.sightings:
            return None
        moves, older = in_range(moves_of(record.sightings), asked)
        begin = record.sightings[0].seen_at
        cut = "" if record.is_whole else " It is longer than is read here, and its oldest part is missing."
        return TagLog(
            stream,
            record.url,
            f"{stream.registry} itself",
            f"It records {_KEEPS[record.kind]}. Its record begins on {begin.astimezone(UTC):%Y-%m-%d}.{cut}",
            moves,
            complete_since=begin if record.kind is not RecordKind.CHAINGUARD else None,
            older=older,
        )

    async def news(self, stream: Stream) -> None:  # noqa: ARG002 - it tells when it is asked
        """Return after a minute."""
        await self._timing.sleep(_REGISTRY_SECONDS)


class CommitSource:
    """The commits of the code base around us that moved a pin.

    :param is_optional: where there is no repository, it just knows nothing.
    """

    name = COMMITS

    def __init__(
        self, pins: PinHistory, timing: Timing, progress: Progress | None = None, *, is_optional: bool = False
    ) -> None:
        self._pins = pins
        self._timing = timing
        self._progress = progress
        self._is_optional = is_optional

    async def history(self, stream: Stream, asked: LogRange) -> TagLog | None:
        """What the commits tell.

        :raises UsageRefused: where there is no repository.
        """
        try:
            pins = self._pins.pins((stream,), self._progress)
        except UsageRefused:
            if self._is_optional:
                return None
            raise
        seen = pins.sightings[stream]
        if not seen:
            return None
        sightings = [
            Sighting(stream, each.at, each.digest, f"{GIT}:{each.commit[:_COMMIT]}") for each in seen
        ]
        moves, older = in_range(moves_of(sightings), asked)
        cut = (
            " This clone is shallow: `git fetch --unshallow` brings the commits before."
            if pins.is_cut_off
            else ""
        )
        return TagLog(
            stream,
            "git",
            self.name,
            f"A commit says which digest was pinned by then, and moves in between are not in it.{cut}",
            moves,
            older=older,
        )

    async def news(self, stream: Stream) -> None:  # noqa: ARG002 - git tells when it is asked
        """Return after two seconds."""
        await self._timing.sleep(_GIT_SECONDS)


def commit_sightings(
    pins: PinHistory, streams: Sequence[Stream], progress: Progress | None = None
) -> list[Sighting]:
    """What the commits tell of these streams, as sightings to import.

    :raises UsageRefused: where there is no repository.
    """
    found = pins.pins(streams, progress).sightings
    return [Sighting(stream, each.at, each.digest, GIT) for stream, seen in found.items() for each in seen]


def _completeness(timeline: Timeline, gaps: Sequence[Gap]) -> str:
    begin = timeline.watched_since
    if begin is None:
        return "All of it was imported, and nobody here has looked at the tag itself."
    missing = " but for the times in which it was not looking" if gaps else ""
    older = "; what is older was imported" if timeline.moves[0].seen_at < begin else ""
    return f"It has looked at the tag since {begin.astimezone(UTC):%Y-%m-%d}{missing}{older}."
