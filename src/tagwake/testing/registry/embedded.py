"""The registry, running: in this loop, in a thread of its own, or for as long as a process lives."""

import asyncio
import contextlib
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tagwake.testing.registry.auth import BasicAuth, Guard, TokenAuth
from tagwake.testing.registry.fault import Fault, FaultPlan
from tagwake.testing.registry.rate_limit import Bucket, RateLimit
from tagwake.testing.registry.request_log import RequestLog
from tagwake.testing.registry.store import Store, system_time

if TYPE_CHECKING:
    from aiohttp import web

    from tagwake.testing.registry.notification import Endpoint, Notifier
    from tagwake.testing.registry.server import RegistryServer

TLS = ssl.SSLContext | tuple[Path, Path]
"""A context, or the PEM files of a certificate chain and its key."""


class EmbeddedRegistry:
    """An OCI registry over real HTTP, on loopback.

    ``async with EmbeddedRegistry() as registry`` in this loop, or ``with EmbeddedRegistry().in_thread() as registry``.
    In memory it may be stopped and started again: content and port stay.

    :param root: the folder that keeps everything; None keeps it in memory.
    :param auth: who may do what; None lets everybody do everything.
    :param faults: what goes wrong from the start; `faults.add` adds to it.
    :param latency: seconds before each answer.
    :param notify: URLs or endpoints that are told of what happens.
    :param listen: host and port; port 0 takes a free one.
    :param sparse: take manifests whose blobs or children are not there.
    :param tag_history: whether there is `_oci/tag-history`.
    :param page: entries of a list at most.
    :param largest_blob: bytes of a blob at most.
    :param now: tells the time of tags' histories and notifications, aware, in UTC.
    :param monotonic: seconds that the rate limit runs by.
    """

    def __init__(
        self,
        root: Path | str | None = None,
        *,
        auth: BasicAuth | TokenAuth | None = None,
        tls: TLS | None = None,
        faults: Iterable[Fault] = (),
        latency: float = 0.0,
        rate_limit: RateLimit | None = None,
        notify: "Sequence[str | Endpoint]" = (),
        listen: tuple[str, int] = ("127.0.0.1", 0),
        sparse: bool = False,
        tag_history: bool = True,
        page: int = 1000,
        largest_blob: int = 1 << 30,
        now: Callable[[], datetime] = system_time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.log = RequestLog()
        self.faults = FaultPlan(faults)
        self.guard = Guard(auth) if auth is not None else None
        self._root = Path(root) if root is not None else None
        self._tls = tls
        self._latency = latency
        self._rate_limit = rate_limit
        self._notify = notify
        self._listen = listen
        self._sparse = sparse
        self._tag_history = tag_history
        self._limits = (page, largest_blob)
        self._now = now
        self._monotonic = monotonic
        self._store: Store | None = None
        self._runner: web.ServerRunner | None = None
        self._server: RegistryServer | None = None
        self._notifier: Notifier | None = None

    @property
    def store(self) -> Store:
        """The content, to look at and to change; there from the first start on."""
        if self._store is None:
            self._store = Store(self._root, self._now, sparse=self._sparse)
        return self._store

    @property
    def host(self) -> str:
        """`127.0.0.1:PORT`, as references name the registry."""
        name, port = self._listen
        return f"[{name}]:{port}" if ":" in name else f"{name}:{port}"

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, or https."""
        return f"{'https' if self._tls else 'http'}://{self.host}"

    async def start(self) -> None:
        """Listen.

        :raises OSError: when the port is taken.
        :raises UsageRefused: when the folder is in use.
        """
        from aiohttp import web

        from tagwake.testing.registry.desk import Desk, Limits
        from tagwake.testing.registry.server import RegistryServer

        page, largest_blob = self._limits
        desk = Desk(self.store, self.guard, Limits(page=page, blob=largest_blob), self._tag_history)
        bucket = Bucket(self._rate_limit, self._monotonic) if self._rate_limit else None
        self._server = RegistryServer(desk, self.log, self.faults, bucket, self._latency)
        server = web.Server(self._server.handle, access_log=None, handler_cancellation=True)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.5)
        try:
            await self._runner.setup()
            site = web.TCPSite(self._runner, *self._listen, ssl_context=_context(self._tls))
            await site.start()
            self._listen = (self._listen[0], self._runner.addresses[0][1])
            self._start_notifying()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop listening; connections are closed, hanging ones too."""
        if self._notifier is not None:
            self.store.listeners.remove(self._notifier.tell)
            await self._notifier.close()
            self._notifier = None
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self._root is not None and self._store is not None:
            self._store.close()
            self._store = None

    async def delivered(self) -> None:
        """Wait until the notifications of everything that happened were taken."""
        if self._notifier is not None:
            await self._notifier.delivered()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @contextlib.contextmanager
    def in_thread(self) -> Iterator[Self]:
        """Run in a thread with a loop of its own until the block ends."""
        ready: threading.Event = threading.Event()
        outcome: list[BaseException | tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
        thread = threading.Thread(
            target=lambda: asyncio.run(self._serve_thread(ready, outcome)),
            name="tagwake-registry",
            daemon=True,
        )
        thread.start()
        ready.wait()
        if isinstance(outcome[0], BaseException):
            thread.join()
            raise outcome[0]
        loop, over = outcome[0]
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(over.set)
            thread.join()

    async def _serve_thread(
        self,
        ready: threading.Event,
        outcome: list[BaseException | tuple[asyncio.AbstractEventLoop, asyncio.Event]],
    ) -> None:
        try:
            await self.start()
        except BaseException as error:  # noqa: BLE001 - raised in the thread that asked
            outcome.append(error)
            ready.set()
            return
        over = asyncio.Event()
        outcome.append((asyncio.get_running_loop(), over))
        ready.set()
        await over.wait()
        await self.stop()

    def _start_notifying(self) -> None:
        if not self._notify:
            return
        from tagwake.testing.registry.notification import Endpoint, Notifier

        endpoints = [Endpoint(each) if isinstance(each, str) else each for each in self._notify]
        self._notifier = Notifier(endpoints, self.url)
        self.store.listeners.append(self._notifier.tell)


def _context(tls: TLS | None) -> ssl.SSLContext | None:
    if tls is None or isinstance(tls, ssl.SSLContext):
        return tls
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*tls)
    return context
