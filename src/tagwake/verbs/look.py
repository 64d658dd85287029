"""Look: ask registries what the tags that are due are now, and write down what they tell."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar

from tagwake.core.errors import TagwakeError
from tagwake.core.look import Unknown
from tagwake.core.poll_schedule import PollSchedule
from tagwake.core.reference import Stream
from tagwake.core.resolution import Failure
from tagwake.ports.lease import RENEWAL, StaleLease
from tagwake.ports.look_queue import Lease, LookQueue
from tagwake.ports.looker import Looker
from tagwake.ports.timing import Timing
from tagwake.verbs.look_plan import LONGEST_PAUSE, Planner

AT_ONCE = 64
"""Looks of one process that are under way together."""
PAUSE = timedelta(minutes=1)
"""How long a host is left alone that had too many requests and did not say for how long."""
_TICK = 0.25
_SETBACK = 1.0

_log = logging.getLogger("tagwake.look")
_T = TypeVar("_T")


class Poller:
    """Claims tags that are due, looks at them, and records what was told; any number of these share the work.

    :param threads: where the queue is asked; the event loop's own, where there is none.
    """

    def __init__(
        self,
        queue: LookQueue,
        looker: Looker,
        schedule: PollSchedule[Stream],
        timing: Timing,
        *,
        threads: Executor | None = None,
        at_once: int = AT_ONCE,
    ) -> None:
        self._queue = queue
        self._looker = looker
        self._planner = Planner(queue, schedule, timing, threads)
        self._timing = timing
        self._threads = threads
        self._at_once = at_once
        self._held: dict[asyncio.Task[None], Lease] = {}
        self._news = asyncio.Event()

    def nudge(self) -> None:
        """Something is due: claim now, and not at the next tick."""
        self._news.set()

    async def run(self) -> None:
        """Look until cancelled; what is not looked at by then is given back."""
        renewing = asyncio.create_task(self._renew_steadily())
        try:
            while True:
                self._news.clear()
                if not await self._claim_safely():
                    await _wait(self._news, _TICK)
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
            await self._end()

    async def run_once(self) -> int:
        """Look at all that is due at this moment, and end; how many looks there were."""
        looked = 0
        while claimed := await self.claim():
            looked += claimed
            while self._held:
                await asyncio.wait(self._held)
        return looked

    async def claim(self) -> int:
        """Claim as many due tags as there is room for, and begin to look at them; how many."""
        room = self._at_once - len(self._held)
        if room <= 0:
            return 0
        for lease in (leases := await self._call(lambda: self._queue.claim(room, now=self._timing.now()))):
            task = asyncio.create_task(self._look_safely(lease))
            self._held[task] = lease
            task.add_done_callback(self._let_go)
        return len(leases)

    async def renew(self) -> None:
        """Hold what is held for longer; what is lost is not looked at any more."""
        held = dict(self._held)
        if not held:
            return
        lost = await self._call(lambda: self._queue.renew(tuple(held.values()), now=self._timing.now()))
        gone = {(lease.stream, lease.fence) for lease in lost}
        for task, lease in held.items():
            if (lease.stream, lease.fence) in gone:
                task.cancel()

    async def look(self, lease: Lease) -> None:
        """One look: ask, decide, write.

        :raises StaleLease: where another process has taken the look over.
        """
        look = await self._looker.look(lease.stream, lease.state.etag)
        now = self._timing.now()
        if isinstance(look, Unknown):
            await self._heed(lease, look, now)
        plan = await self._planner.plan(lease, look, now)
        await self._call(
            lambda: self._queue.record(
                lease,
                look,
                now=now,
                next_due=plan.next_due,
                rhythm=plan.rhythm,
                promote=plan.promote,
            )
        )
        if plan.promote:
            self.nudge()

    async def _heed(self, lease: Lease, look: Unknown, now: datetime) -> None:
        """A host that has too many requests is left alone by all processes."""
        host = lease.stream.registry
        if look.failure is Failure.RATE_LIMITED or look.retry_after is not None:
            until = now + min(look.retry_after or PAUSE, LONGEST_PAUSE)
            _log.warning(
                "%s is left alone until %s: %s", host, until.isoformat(timespec="seconds"), look.reason
            )
            await self._call(lambda: self._queue.pause_host(host, until))

    async def _look_safely(self, lease: Lease) -> None:
        """Whatever goes wrong with one look ends no other: its lease runs out, and then it is due again."""
        try:
            await self.look(lease)
        except StaleLease as error:
            _log.warning("%s", error)
        except TagwakeError as error:
            _log.warning("a look at %s is held up: %s", lease.stream, error)
        except Exception:  # noqa: BLE001 - whatever a driver raises while its database is away
            _log.exception("a look at %s is held up", lease.stream)

    async def _claim_safely(self) -> int:
        try:
            return await self.claim()
        except TagwakeError as error:
            _log.warning("looks are held up: %s", error)
        except Exception:  # noqa: BLE001 - whatever a driver raises while its database is away
            _log.exception("looks are held up")
        await self._timing.sleep(_SETBACK)
        return 0

    async def _renew_steadily(self) -> None:
        while True:
            await self._timing.sleep(RENEWAL.total_seconds())
            try:
                await self.renew()
            except TagwakeError as error:
                _log.warning("leases of looks are not renewed: %s", error)
            except Exception:  # noqa: BLE001 - whatever a driver raises while its database is away
                _log.exception("leases of looks are not renewed")

    def _let_go(self, task: asyncio.Task[None]) -> None:
        self._held.pop(task, None)
        self._news.set()

    async def _end(self) -> None:
        """Stop asking, and give back what nobody has looked at."""
        held = dict(self._held)
        for task in held:
            task.cancel()
        ends = await asyncio.gather(*held, return_exceptions=True)
        unfinished = [
            lease
            for lease, end in zip(held.values(), ends, strict=True)
            if isinstance(end, asyncio.CancelledError)
        ]
        if unfinished:
            try:
                await self._call(lambda: self._queue.release(unfinished))
            except TagwakeError as error:
                _log.warning("%d looks are not given back, their leases run out: %s", len(unfinished), error)

    async def _call(self, question: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, question)


async def _wait(happening: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await happening.wait()
