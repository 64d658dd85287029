"""Hooks on twins, and deliveries to their ASGI application without a socket."""

import contextlib
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.faces.service.stage import Time
from tests.hook_samples import NOW, Sample

from tagwake.core.errors import UsageRefused
from tagwake.core.hint import Hint
from tagwake.core.hook_source import HookSource
from tagwake.core.resolution import Failure, Unresolved
from tagwake.core.watch_pattern import WatchPattern
from tagwake.faces.service.hook_batches import HookBatches
from tagwake.faces.service.hook_directory import HookDirectory
from tagwake.faces.service.hook_keys import HookKeys
from tagwake.faces.service.hooks import Hooks
from tagwake.ports.source_store import SourceHealth
from tagwake.testing.twins.feed import FeedTwin
from tagwake.testing.twins.history_store import HistoryStoreTwin
from tagwake.testing.twins.look_queue import LookQueueTwin
from tagwake.testing.twins.source_store import SourceStoreTwin
from tagwake.testing.twins.watch_store import WatchStoreTwin
from tagwake.testing.twins.work import Work


@dataclass(slots=True)
class Answered:
    """What a delivery was answered."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def error(self) -> str:
        return str(json.loads(self.body)["error"])


@dataclass(slots=True)
class IssuersTwin:
    """Issuers that answer what a test says, and whom they were asked by."""

    answers: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def fetch(self, issuer: str) -> bytes | Unresolved:
        self.asked.append(issuer)
        return self.answers.get(issuer) or Unresolved(Failure.DNS, f"{issuer} cannot be looked up")


class NotedQueue(LookQueueTwin):
    """A queue that keeps the hints that it got, batch by batch, and refuses where a test says so."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, HistoryStoreTwin(FeedTwin()))
        self.batches: list[tuple[Hint, ...]] = []
        self.broken: Exception | None = None

    @property
    def hints(self) -> list[Hint]:
        return [hint for batch in self.batches for hint in batch]

    def hint(self, hints: Any, *, now: datetime) -> int:
        if self.broken is not None:
            raise self.broken
        self.batches.append(tuple(hints))
        return super().hint(hints, now=now)


class NotedSources(SourceStoreTwin):
    """Sources that may be locked, or away, and how often all of them were read."""

    is_locked = False
    is_away = False
    reads = 0

    def source(self, kind: str, name: str) -> HookSource | None:
        if self.is_locked:
            raise UsageRefused("no key")
        return super().source(kind, name)

    def health(self) -> tuple[SourceHealth, ...]:
        if self.is_away:
            raise OSError("away")
        self.reads += 1
        return super().health()


@dataclass(slots=True)
class HookStage:
    """Everything behind the hooks."""

    hooks: Hooks
    queue: NotedQueue
    work: Work
    sources: NotedSources
    issuers: IssuersTwin
    time: Time
    failures: list[Exception]
    noted: list[tuple[str, str, int]]

    async def send(
        self,
        path: str,
        body: bytes | Iterable[bytes] = b"",
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        method: str = "POST",
        *,
        hangs_up: bool = False,
    ) -> Answered:
        """Send a delivery, in one part or in several."""
        parts = [body] if isinstance(body, bytes) else list(body)
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in pairs],
        }
        answered = Answered()

        async def receive() -> dict[str, Any]:
            if not parts:
                return {"type": "http.disconnect"}
            part = parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(parts) or hangs_up}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                answered.status = message["status"]
                answered.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            else:
                answered.body += message["body"]

        await self.hooks(scope, receive, send)
        return answered

    async def deliver(self, sample: Sample) -> Answered:
        """Send a sample as its registry would."""
        return await self.send(sample.path, sample.body, sample.all_headers)

    def watch(self, *patterns: str) -> None:
        WatchStoreTwin(self.work).watch(
            [WatchPattern.parse(text) for text in patterns], by="test", now=self.time.now()
        )


@contextlib.asynccontextmanager
async def hooks_on_twins(*samples: Sample) -> AsyncIterator[HookStage]:
    """Hooks that know the sources of these samples."""
    work, sources, issuers, time = Work(), NotedSources(), IssuersTwin(), Time(NOW)
    queue = NotedQueue(work)
    failures: list[Exception] = []
    noted: list[tuple[str, str, int]] = []
    for sample in samples:
        sources.put(sample.source, now=NOW)
    async with HookBatches(queue, sources, time, failures.append) as batches:
        hooks = Hooks(
            HookDirectory(sources, time.timing(), failures.append),
            batches,
            HookKeys(issuers, time.timing()),
            time,
            note=lambda kind, source, status: noted.append((kind, source, status)),
        )
        yield HookStage(hooks, queue, work, sources, issuers, time, failures, noted)
