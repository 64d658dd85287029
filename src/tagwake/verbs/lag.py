"""How far pins are behind, by whatever history is at hand: every tag is asked for once, and none for long."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime

from tagwake.core.errors import UsageRefused
from tagwake.core.history import Move, moves_of
from tagwake.core.lag import Lag, lag_of
from tagwake.core.reference import Stream
from tagwake.core.tag_log import LogRange
from tagwake.ports.history_source import HistorySource
from tagwake.ports.lag_source import Behind, Lags
from tagwake.ports.pin_history import PinHistory
from tagwake.verbs.history_sources import COMMITS, commit_sightings
from tagwake.verbs.log import log

SECONDS = 5.0
"""How long all of it may take: what is not known by then is left out, for nobody waits for it."""


class HistoryLags:
    """Reads the lags out of the first source that knows a tag (:class:`tagwake.ports.lag_source.LagSource`)."""

    def __init__(
        self,
        sources: Callable[[], Awaitable[Sequence[HistorySource]]],
        now: Callable[[], datetime],
        seconds: float = SECONDS,
        *,
        pins: PinHistory | None = None,
    ) -> None:
        """:param sources: opens them, and gives the same ones each time.

        :param pins: asked last, and only of tags whose newest digest is pinned here already: of others it knows nothing.
        """
        self._sources = sources
        self._now = now
        self._seconds = seconds
        self._pins = pins
        self._asking: dict[Stream, asyncio.Task[tuple[str, tuple[Move, ...]]]] = {}

    def begin(self, stream: Stream) -> None:
        """Begin to ask for this tag."""
        if stream not in self._asking:
            self._asking[stream] = asyncio.ensure_future(self._history(stream))

    async def end(self) -> None:
        """Ask for nothing more."""
        for task in self._asking.values():
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)

    async def lags(self, behind: Collection[Behind], ahead: Collection[Stream] = ()) -> Lags:
        """How far these are behind."""
        streams = list(dict.fromkeys(stream for stream, _, _ in behind))
        for stream in streams:
            self.begin(stream)
        asking = [self._asking[stream] for stream in streams]
        if asking:
            await asyncio.wait(asking, timeout=self._seconds)
        told = {
            stream: task.result()
            for stream, task in zip(streams, asking, strict=True)
            if task.done() and not task.cancelled() and task.exception() is None
        }
        told = {stream: log for stream, log in told.items() if log[1]}
        told |= self._from_commits([stream for stream in streams if stream in ahead and stream not in told])
        found = {
            pin: lag
            for pin in dict.fromkeys(behind)
            if pin[0] in told and (lag := lag_of(told[pin[0]][1], pin[1], pin[2])) != Lag()
        }
        tellers = dict.fromkeys(told[stream][0] for stream, _, _ in found)
        return Lags(found, tuple(tellers), self._now())

    def _from_commits(self, streams: Sequence[Stream]) -> dict[Stream, tuple[str, tuple[Move, ...]]]:
        """What the commits of this repository tell of these."""
        if self._pins is None or not streams:
            return {}
        try:
            seen = commit_sightings(self._pins, streams)
        except UsageRefused:  # there is no repository
            return {}
        return {
            stream: (COMMITS, moves_of(each for each in seen if each.stream == stream)) for stream in streams
        }

    async def _history(self, stream: Stream) -> tuple[str, tuple[Move, ...]]:
        answer = await log(stream, await self._sources(), LogRange())
        if answer.log is None:
            return "", ()
        return answer.log.teller, tuple(reversed(answer.log.moves))
