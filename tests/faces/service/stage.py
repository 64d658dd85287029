"""A service on twins, and questions to its ASGI applications without a socket."""

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tagwake.core.digest import Digest
from tagwake.core.reference import Reference, Stream
from tagwake.core.sighting import Sighting
from tagwake.ports.timing import Timing
from tagwake.testing.twins.feed import FeedTwin
from tagwake.testing.twins.history_store import HistoryStoreTwin
from tagwake.testing.twins.list_queue import ListQueueTwin
from tagwake.testing.twins.look_queue import LookQueueTwin
from tagwake.testing.twins.source_store import SourceStoreTwin
from tagwake.testing.twins.subscription_store import SubscriptionStoreTwin
from tagwake.testing.twins.token_store import TokenStoreTwin
from tagwake.testing.twins.watch_store import WatchStoreTwin
from tagwake.testing.twins.work import Work
from tagwake.wiring.service import Service

START = datetime(2026, 1, 1, tzinfo=UTC)
A, B, C = (Digest("sha256", letter * 64) for letter in "abc")
INDEX = "application/vnd.oci.image.index.v1+json"
THREADS = ThreadPoolExecutor(2, "store")


@dataclass
class Time:
    """The time of a test: it stands until it is moved."""

    moment: datetime = START + timedelta(days=30)
    seconds: float = 1000.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.pass_by(seconds)

    def pass_by(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        self.seconds += seconds

    def timing(self) -> Timing:
        return Timing(self.now, self.monotonic, self.sleep, lambda: 0.5)


def service_on_twins(time: Time | None = None) -> Service:
    feed = FeedTwin()
    history = HistoryStoreTwin(feed)
    work = Work()
    return Service(
        history=history,
        feed=feed,
        looks=LookQueueTwin(work=work, history=history),
        lists=ListQueueTwin(work=work),
        watches=WatchStoreTwin(work=work),
        sources=SourceStoreTwin(),
        subscriptions=SubscriptionStoreTwin(),
        tokens=TokenStoreTwin(),
        timing=(time or Time()).timing(),
        threads=THREADS,
        random_bytes=os.urandom,
    )


def stream(text: str) -> Stream:
    found = Reference.parse(text).stream
    assert found is not None
    return found


def seen(
    image: str, milliseconds: int, digest: Digest | None, how: str = "poll", size: int | None = 700
) -> Sighting:
    """What a look saw so many milliseconds after the start."""
    own = digest is not None and not how.startswith("import:")
    return Sighting(
        stream(image),
        START + timedelta(milliseconds=milliseconds),
        digest,
        how,
        media_type=INDEX if own else None,
        size=size if own else None,
    )


def record(service: Service, *sightings: Sighting) -> None:
    for sighting in sightings:
        service.history.record(sighting, now=sighting.seen_at)


@dataclass
class Told:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes
    messages: list[dict[str, Any]] = field(repr=False, default_factory=list)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


async def ask(
    application: Callable[..., Any],
    target: str,
    *,
    method: str = "GET",
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    client: str = "127.0.0.1",
) -> Told:
    """One request; `target` is a path, percent-encoded, with its query."""
    from urllib.parse import unquote

    path, _, query = target.partition("?")
    given = {"host": "127.0.0.1:8750", **(headers or {})}
    if body:
        given.setdefault("content-length", str(len(body)))
        given.setdefault("content-type", "application/json")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(key.lower().encode(), value.encode("latin-1")) for key, value in given.items()],
        "client": (client, 50000),
        "server": ("127.0.0.1", 8750),
        "state": {},
        "extensions": {},
    }
    parts = [{"type": "http.request", "body": body, "more_body": False}]
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return parts.pop() if parts else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    await application(scope, receive, send)
    start = messages[0]
    names = [key.decode().lower() for key, _ in start["headers"]]
    told = {key.decode().lower(): value.decode("latin-1") for key, value in start["headers"]}
    assert len(names) == len(told), f"a header stands twice: {names}"
    return Told(
        start["status"], told, b"".join(message.get("body", b"") for message in messages[1:]), messages
    )
