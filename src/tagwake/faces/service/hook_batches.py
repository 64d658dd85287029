"""Hooks are committed in batches: whoever waits is told when all of its batch is in the database.

While one batch is being committed the next one gathers, so that under load a commit serves many, and alone it is not
waited for.
"""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from queue import Empty, SimpleQueue
from typing import Self

from tagwake.core.hint import Hint
from tagwake.ports.clock import Clock
from tagwake.ports.look_queue import LookQueue
from tagwake.ports.source_store import REFUSALS_KEPT, SourceStore, Unread

MAX_WAITING = 10_000
"""Hooks that may wait for a commit; more are turned away, to be sent again."""
MAX_BATCH = 1_000
GATHERING = 0.002
"""Seconds that a batch waits for one more hook, where the one before was at least twice as large."""
COUNTING = timedelta(seconds=1)
"""Between two writings of what is only counted."""


class NotKept(Exception):
    """A hook that was not committed: the database does not take it, or too many wait."""


@dataclass(slots=True)
class TakenHook:
    """An authenticated delivery on its way to the database; not frozen, because there are thousands a second.

    :param reason: why it is parked, with its body; ``None`` where nothing is.
    :param size: bytes of the body as far as they were read.
    """

    kind: str
    name: str
    hints: tuple[Hint, ...] = ()
    reason: str | None = None
    body: bytes = field(default=b"", repr=False)
    size: int = 0


@dataclass(slots=True)
class _Waiting:
    hook: TakenHook
    done: "asyncio.Future[None]"


class HookBatches:
    """The one thread that writes hooks; an async context manager."""

    def __init__(
        self, queue: LookQueue, sources: SourceStore, clock: Clock, failed: Callable[[Exception], None]
    ) -> None:
        """:param failed: told of each batch, and each writing of counts, that the database did not take."""
        self._queue, self._sources, self._clock, self._failed = queue, sources, clock, failed
        self._waiting: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._accepted: Counter[tuple[str, str]] = Counter()
        self._refused: dict[tuple[str, str], tuple[int, deque[str]]] = {}
        self._refusing = threading.Lock()
        self._ends = False
        self._last = 0
        self._counted_at = clock.now()
        self._thread = threading.Thread(target=self._run, name="hooks", daemon=True)

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Write what waits, and end."""
        self._ends = True
        self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    async def take(self, hook: TakenHook) -> None:
        """Return when the hook is committed.

        :raises NotKept: where it is not: the sender has to send it again.
        """
        if self._ends or self._waiting.qsize() >= MAX_WAITING:
            raise NotKept
        done = self._loop.create_future()
        self._waiting.put(_Waiting(hook, done))
        await done

    def refuse(self, kind: str, name: str, reason: str) -> None:
        """Have a refusal counted, soon; nobody waits for it, and a flood of them costs no more than its last hundred."""
        with self._refusing:
            count, reasons = self._refused.get((kind, name), (0, deque[str](maxlen=REFUSALS_KEPT)))
            reasons.append(reason)
            self._refused[kind, name] = count + 1, reasons

    def _run(self) -> None:
        ends = False
        while not ends:
            batch, ends = self._next()
            if batch:
                self._settle(batch, self._write([each.hook for each in batch]))
            self._count(at_once=ends)

    def _next(self) -> tuple[list[_Waiting], bool]:
        """What waits, once anything does or a while has passed, and whether it is the last.

        Where the batch before was large, its senders are about to send again: they are waited for, for a moment.
        """
        batch: list[_Waiting] = []
        patience, wanted = COUNTING.total_seconds(), self._last // 2
        try:
            while len(batch) < MAX_BATCH:
                waiting = self._waiting.get(timeout=patience)
                if waiting is None:
                    return batch, True
                batch.append(waiting)
                patience = GATHERING if len(batch) < wanted else 0
        except Empty:
            self._last = len(batch)
        return batch, False

    def _write(self, hooks: Sequence[TakenHook]) -> Exception | None:
        now = self._clock.now()
        try:
            hints = [hint for hook in hooks for hint in hook.hints]
            if hints:
                self._queue.hint(hints, now=now)
            unread = [
                Unread(hook.kind, hook.name, hook.reason, hook.size, hook.body)
                for hook in hooks
                if hook.reason is not None
            ]
            if unread:
                self._sources.park(unread, now=now)
        except Exception as error:  # noqa: BLE001 - whatever a database says, each sender is told to send again
            self._failed(error)
            return error
        self._accepted.update((hook.kind, hook.name) for hook in hooks)
        return None

    def _settle(self, batch: list[_Waiting], error: Exception | None) -> None:
        def settle() -> None:
            for each in batch:
                if each.done.done():  # whoever waited is gone
                    continue
                if error is None:
                    each.done.set_result(None)
                else:
                    each.done.set_exception(NotKept())

        self._loop.call_soon_threadsafe(settle)

    def _count(self, *, at_once: bool) -> None:
        now = self._clock.now()
        if not at_once and now - self._counted_at < COUNTING:
            return
        self._counted_at = now
        accepted, self._accepted = self._accepted, Counter()
        with self._refusing:
            refused, self._refused = self._refused, {}
        try:
            if accepted:
                self._sources.accepted(accepted, now=now)
            for (kind, name), (count, reasons) in refused.items():
                self._sources.refused(kind, name, tuple(reasons), count=count, now=now)
        except Exception as error:  # noqa: BLE001 - counts are for people; hooks go on without them
            self._failed(error)
