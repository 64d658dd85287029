"""Servers that answer what a test tells them, a proxy, and time that passes only when someone sleeps."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiohttp import web

from tagwake.ports.timing import Timing

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass
class Scripted:
    """A running server: `host`, and the requests that it got."""

    port: int
    requests: list[web.BaseRequest] = field(default_factory=list)
    busiest: int = 0
    busy: int = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def sent(self, name: str) -> list[str | None]:
        """The values of a header in all requests."""
        return [request.headers.get(name) for request in self.requests]


@contextlib.asynccontextmanager
async def serving(
    handler: Handler, context: ssl.SSLContext | None = None, port: int = 0
) -> AsyncIterator[Scripted]:
    server = Scripted(0)

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        server.requests.append(request)
        server.busy += 1
        server.busiest = max(server.busiest, server.busy)
        try:
            return await handler(request)
        finally:
            server.busy -= 1

    runner = web.ServerRunner(web.Server(handle, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, ssl_context=context).start()
    server.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def speaking(words: bytes) -> AsyncIterator[str]:
    """Whatever listens here says these bytes to everyone, and hangs up; gives its `host:port`."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65_536)
        writer.write(words)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


@dataclass
class Proxy:
    """A CONNECT proxy that leads every name to `target`, and keeps the heads of the requests that it got."""

    port: int
    target: int
    heads: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.asynccontextmanager
async def proxying(target: int, refusal: bytes | None = None) -> AsyncIterator[Proxy]:
    tasks: set[asyncio.Task[None]] = set()
    writers: list[asyncio.StreamWriter] = []

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(65_536):
                writer.write(chunk)
                await writer.drain()
            writer.write_eof()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        proxy.heads.append(head.decode())
        if refusal is not None:
            writer.write(refusal)
            await writer.drain()
            writer.close()
            return
        inner, out = await asyncio.open_connection("127.0.0.1", proxy.target)
        writers.extend((writer, out))
        if head.startswith(b"CONNECT "):
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            out.write(head)
        for task in (asyncio.create_task(pipe(reader, out)), asyncio.create_task(pipe(inner, writer))):
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        proxy = Proxy(server.sockets[0].getsockname()[1], target)
        yield proxy
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)


@dataclass
class FakeTime:
    """Time that passes only when someone sleeps; `slept` holds how long, and chance is always zero."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        until = self.seconds + seconds
        await asyncio.sleep(0)
        self.seconds = max(self.seconds, until)  # those who sleep at the same time sleep together

    @property
    def timing(self) -> Timing:
        start = datetime(2026, 1, 1, tzinfo=UTC)
        return Timing(
            lambda: start + timedelta(seconds=self.seconds), lambda: self.seconds, self._sleep, lambda: 0.0
        )


async def ok(_request: web.BaseRequest) -> web.StreamResponse:
    return web.Response(text="fine")
