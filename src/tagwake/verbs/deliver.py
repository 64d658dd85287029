"""Deliver: tell subscribers what the feed tells, in order per tag and at least once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from tagwake.core.errors import TagwakeError
from tagwake.core.reference import Stream
from tagwake.ports.event_sink import EventSink
from tagwake.ports.feed import Feed
from tagwake.ports.lease import LEASE, RENEWAL
from tagwake.ports.subscription_store import DeliveryLease, Progress, SubscriptionStore
from tagwake.ports.timing import Timing
from tagwake.verbs.lease_events import lease_events
from tagwake.verbs.receiver import Held, Receiver, recipients_of
from tagwake.verbs.take_up import take_up
from tagwake.verbs.telling import Teller, Told

ATTEMPTS_KEPT = timedelta(days=7)
"""How long the record of requests is kept, where nobody says otherwise."""

_TICK = 0.25
_REFRESH = 5.0
_MARGIN = timedelta(seconds=1)
"""Nothing is sent in the last second of a lease: it might arrive when another holds the tag."""
_FAREWELL = 5.0
_SETBACK = 1.0
_HOUR = 3600.0

_log = logging.getLogger("tagwake.deliver")
_T = TypeVar("_T")
_Key = tuple[str, Stream, int | None, int]


class Deliverer:
    """Claims (subscription, tag) rows that are behind the feed and tells them; any number of these share the work.

    :param source: a URI that names the service in every event.
    :param threads: where the stores are asked; the event loop's own, where there is none.
    :param attempts_kept: how long the record of requests is kept.
    """

    def __init__(
        self,
        store: SubscriptionStore,
        feed: Feed,
        sink: EventSink,
        timing: Timing,
        *,
        source: str,
        threads: Executor | None = None,
        attempts_kept: timedelta = ATTEMPTS_KEPT,
    ) -> None:
        self._store = store
        self._feed = feed
        self._timing = timing
        self._threads = threads
        self._attempts_kept = attempts_kept
        self._teller = Teller(sink, timing, source)
        self._receivers: dict[str, Receiver] = {}
        self._refreshed: float | None = None
        self._held: dict[_Key, Held] = {}
        self._done: list[tuple[Held, Progress]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_ending = False
        self._settling = asyncio.Lock()
        self._news, self._room, self._results = asyncio.Event(), asyncio.Event(), asyncio.Event()

    def nudge(self) -> None:
        """There is something new in the feed: look now, and not at the next tick."""
        self._news.set()

    async def run(self) -> None:
        """Deliver until cancelled; what is under way then has some seconds to end."""
        settler = asyncio.create_task(self._steadily(self._settle_step))
        try:
            async with asyncio.TaskGroup() as group:
                for step in (self._take_up_step, self._claim_step, self._renew_step, self._forget_step):
                    group.create_task(self._steadily(step))
        finally:
            await self._end()
            settler.cancel()
            await asyncio.gather(settler, return_exceptions=True)

    async def run_once(self) -> int:
        """Deliver all that is due at this moment, and end; how many rows were worked on."""
        self._refreshed = None
        while await self.take_up():
            pass
        worked = 0
        while claimed := await self.claim():
            worked += claimed
            while self._tasks:
                await asyncio.wait(self._tasks)
            await self.settle()
        return worked

    async def take_up(self) -> bool:
        """Take a piece of the feed up for each subscription that is behind it; whether there was any."""
        taken = await self._call(lambda: take_up(self._store, self._feed, now=self._timing.now()))
        if taken - self._receivers.keys():
            self._refreshed = None
        return bool(taken)

    async def claim(self) -> int:
        """Claim as many due rows as there is room for, and begin to tell them; how many."""
        await self._refresh()
        receivers = {name: each for name, each in self._receivers.items() if each.wanted}
        if not receivers:
            return 0
        claimed = await self._call(lambda: self._claim(receivers))
        for held in claimed:
            held.receiver.room.took_up(1)
            held.receiver.waiting.append(held)
            self._held[_key(held.lease)] = held
        for receiver in receivers.values():
            self._pump(receiver)
        return len(claimed)

    async def settle(self) -> None:
        """Write what has come of leases, many in one transaction."""
        async with self._settling:
            batch, self._done = self._done, []
            if batch:
                await self._settle(batch)

    async def _settle(self, batch: list[tuple[Held, Progress]]) -> None:
        now = self._timing.now()
        try:
            stale = await self._call(lambda: self._store.settle([each for _, each in batch], now=now))
        except BaseException:
            self._done = batch + self._done
            self._results.set()
            raise
        for held, _ in batch:
            self._drop(held)
        if stale:
            _log.warning("%d leases of deliveries were lost: another process tells those tags", len(stale))
        self._room.set()

    async def renew(self) -> None:
        """Hold what is held for longer; what is lost is told no further."""
        now = self._timing.now()
        held = dict(self._held)
        if not held:
            return
        lost = await self._call(lambda: self._store.renew([each.lease for each in held.values()], now=now))
        for each in held.values():
            each.until = now + LEASE
        for lease in lost:
            held[_key(lease)].is_lost = True

    async def _steadily(self, step: Callable[[], Awaitable[None]]) -> None:
        """A database that is away for a time ends no loop: what is due stays due."""
        while True:
            try:
                await step()
            except TagwakeError as error:
                _log.warning("deliveries are held up: %s", error)
                await self._timing.sleep(_SETBACK)
            except Exception:  # noqa: BLE001 - whatever a driver raises while its database is away
                _log.exception("deliveries are held up")
                await self._timing.sleep(_SETBACK)

    async def _take_up_step(self) -> None:
        self._news.clear()
        if await self.take_up():
            self._room.set()
        else:
            await _wait(self._news, _TICK)

    async def _claim_step(self) -> None:
        self._room.clear()
        if not await self.claim():
            await _wait(self._room, _TICK)

    async def _settle_step(self) -> None:
        await self._results.wait()
        self._results.clear()
        await self.settle()

    async def _renew_step(self) -> None:
        await self._timing.sleep(RENEWAL.total_seconds())
        await self.renew()

    async def _forget_step(self) -> None:
        before = self._timing.now() - self._attempts_kept
        await self._call(lambda: self._store.forget_attempts(before))
        await self._timing.sleep(_HOUR)

    async def _end(self) -> None:
        """Post nothing any more, wait for answers for some seconds, and write what has come of them."""
        self._is_ending = True
        clock = asyncio.get_running_loop().time
        latest = clock() + _FAREWELL
        while self._tasks and clock() < latest:
            await asyncio.wait(self._tasks, timeout=latest - clock())
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            await self.settle()
        except TagwakeError as error:
            _log.warning("deliveries end, and their last results are not written: %s", error)

    async def _refresh(self) -> None:
        """Read who is told now, and what signs for them."""
        now = self._timing.monotonic()
        if self._refreshed is not None and now - self._refreshed < _REFRESH:
            return
        recipients = await self._call(lambda: recipients_of(self._store))
        self._refreshed = now
        receivers: dict[str, Receiver] = {}
        for name, recipient in recipients.items():
            receiver = receivers[name] = self._receivers.get(name) or Receiver(recipient)
            receiver.recipient = recipient
        self._receivers = receivers

    def _claim(self, receivers: Mapping[str, Receiver]) -> Sequence[Held]:
        wanted = {name: each.wanted for name, each in receivers.items()}
        leases = self._store.claim(wanted, now=self._timing.now())
        found = lease_events(self._feed, leases)
        return [
            Held(lease, receivers[lease.subscription], lease.lease_until, events)
            for lease, events in zip(leases, found, strict=True)
        ]

    def _drop(self, held: Held) -> None:
        if self._held.pop(_key(held.lease), None) is not None:
            held.receiver.room.let_go()

    def _pump(self, receiver: Receiver) -> None:
        while receiver.waiting and receiver.active < receiver.room.limit:
            held = receiver.waiting.popleft()
            receiver.active += 1
            task = asyncio.create_task(self._tell(held))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _tell(self, held: Held) -> None:
        receiver = held.receiver
        try:
            told = await self._teller.tell(
                held.lease,
                held.events,
                receiver.recipient,
                lambda: self._may_go_on(held),
            )
            await self._heed(receiver, told)
        except BaseException as error:
            self._drop(held)  # its lease runs out, and then it is told again
            if not isinstance(error, Exception):
                raise
            _log.exception("the delivery of %s is held up", held.lease.stream)
        else:
            self._done.append((held, told.progress))
            self._results.set()
        finally:
            receiver.active -= 1
            self._pump(receiver)

    def _may_go_on(self, held: Held) -> bool:
        now, rest = self._timing.now(), held.receiver.resting_until
        if self._is_ending or held.is_lost or (rest is not None and now < rest):
            return False
        return now < held.until - _MARGIN

    async def _heed(self, receiver: Receiver, told: Told) -> None:
        """What an answer means for all that this receiver is sent."""
        name, rest = receiver.recipient.subscription.name, told.rest_until
        if told.receipt is None:
            return
        if not told.receipt.reason:
            receiver.room.was_answered()
        elif told.receipt.status is None or rest is not None:
            receiver.room.was_too_much()
        if rest is not None and (receiver.resting_until is None or rest > receiver.resting_until):
            receiver.resting_until = rest
            await self._call(lambda: self._store.rest(name, rest))
        if told.is_gone:
            why, now = told.receipt.reason, self._timing.now()
            _log.error("subscription %s is stopped until somebody resumes it: %s", name, why)
            await self._call(lambda: self._store.stop(name, why, now=now))
        for letter in told.progress.dead:
            _log.error("event %d is given up for subscription %s: %s", letter.cursor, name, letter.reason)

    async def _call(self, question: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, question)


def _key(lease: DeliveryLease) -> _Key:
    return lease.subscription, lease.stream, lease.only, lease.fence


async def _wait(happening: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):  # wait_for of Python 3.11 may swallow that it is cancelled
            await happening.wait()
