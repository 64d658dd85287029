"""What follows from a look: when the next one is due, and who else is looked at because of it."""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from tagwake.core.absence import APART
from tagwake.core.look import Absent, Look, Seen, Unknown
from tagwake.core.poll_schedule import PollSchedule, Rhythm
from tagwake.core.reference import Stream
from tagwake.ports.look_queue import Lease, LookQueue, Sibling
from tagwake.ports.timing import Timing

LONGEST_PAUSE = timedelta(hours=6)
"""However long a host asks to be left alone."""
_FIRST_RETRY, _LAST_RETRY = 60.0, 6 * 3600.0
_ABSENT = timedelta(days=1)
"""Until a tag that was deleted is looked at again, unless somebody hints at it."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Plan:
    """What follows from a look: when the next one is due, what is noted, and who is looked at because of it."""

    next_due: datetime
    rhythm: str
    promote: Sequence[Stream] = ()


@dataclass(frozen=True, slots=True)
class _Neighbour:
    name: Stream
    digest: Hashable
    rhythm: Rhythm | None

    @classmethod
    def of(cls, sibling: Sibling) -> "_Neighbour":
        return cls(sibling.stream, sibling.state.digest, Rhythm.decode(sibling.rhythm))


class Planner:
    """Asks the schedule, and the queue for siblings where the schedule needs them.

    :param threads: where the queue is asked; the event loop's own, where there is none.
    """

    def __init__(
        self,
        queue: LookQueue,
        schedule: PollSchedule[Stream],
        timing: Timing,
        threads: Executor | None = None,
    ) -> None:
        self._queue = queue
        self._schedule = schedule
        self._timing = timing
        self._threads = threads

    async def plan(self, lease: Lease, look: Look, now: datetime) -> Plan:
        """When to look again, and at whom else now."""
        state, stream = lease.state, lease.stream
        rhythm = Rhythm.decode(lease.rhythm)
        if isinstance(look, Unknown):
            return Plan(now + _retry_after(look, state.failures, self._timing.chance()), lease.rhythm)
        if isinstance(look, Absent):
            if state.absent_since is None or now - state.absent_since < APART:
                return Plan(now + APART, lease.rhythm)
            promote = () if state.digest is None else await self._forget(lease)
            return Plan(now + _ABSENT, lease.rhythm, promote)
        place = (stream.registry, stream.repository)
        moment, promised = now.timestamp(), (state.promised_at or now).timestamp()
        if rhythm is None or state.digest is None or state.looked_at is None:
            due, rhythm = self._schedule.first(stream.registry, place, now=moment)
            return Plan(_time(due), rhythm.encode())
        if not isinstance(look, Seen) or look.digest == state.digest:
            due = self._schedule.again(
                stream.registry, rhythm, now=moment, promised=promised, room=lease.room
            )
            return Plan(_time(due), lease.rhythm)
        looked_at = state.looked_at.timestamp()
        siblings = await self._siblings(stream) if self._schedule.begins(place, looked_at) else ()
        moved = self._schedule.moved(
            stream.registry,
            place,
            stream,
            rhythm,
            digest=state.digest,
            looked_at=looked_at,
            promised=promised,
            now=moment,
            siblings=lambda: siblings,
        )
        return Plan(_time(moved.due), moved.rhythm.encode(), moved.promote)

    async def _forget(self, lease: Lease) -> tuple[Stream, ...]:
        stream = lease.stream
        return self._schedule.gone(
            (stream.registry, stream.repository),
            stream,
            digest=lease.state.digest,
            siblings=await self._siblings(stream),
        )

    async def _siblings(self, stream: Stream) -> tuple[_Neighbour, ...]:
        return tuple(map(_Neighbour.of, await self._call(lambda: self._queue.siblings(stream))))

    async def _call(self, question: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, question)


def _retry_after(look: Unknown, failures: int, chance: float) -> timedelta:
    """Twice as long after every failure, a day's quarter at most; never before the host wants to be asked again."""
    seconds = min(_FIRST_RETRY * 2.0 ** min(failures, 20), _LAST_RETRY) * (0.75 + chance / 2)
    asked = min(look.retry_after or timedelta(), LONGEST_PAUSE)
    return asked + timedelta(seconds=seconds)


def _time(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
