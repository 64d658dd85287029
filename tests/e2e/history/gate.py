"""A gate in front of a registry: while it is closed, what is asked waits, and nothing is answered."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Gate:
    """Counts the connections whose questions wait; it is open at first."""

    def __init__(self, port: int) -> None:
        self.way = asyncio.Event()
        self.way.set()
        self.waiting = 0
        self._port = port
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def closed(self) -> None:
        """Let nothing through from now on."""
        self.way.clear()

    def opened(self) -> None:
        """Let through what waits, and whatever comes."""
        self.way.set()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        task = asyncio.current_task()
        assert task is not None
        self._connections[task] = writer
        task.add_done_callback(self._connections.pop)
        answers, questions = await asyncio.open_connection("127.0.0.1", self._port)
        back = asyncio.create_task(_pass_on(answers, writer))
        try:
            await self._pass_on_when_open(reader, questions)
        finally:
            back.cancel()
            await asyncio.gather(back, return_exceptions=True)
            for each in (questions, writer):
                each.close()
                with contextlib.suppress(ConnectionError):
                    await each.wait_closed()

    async def _pass_on_when_open(self, reader: asyncio.StreamReader, questions: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(65536):
                self.waiting += 1
                try:
                    await self.way.wait()
                finally:
                    self.waiting -= 1
                questions.write(piece)
                await questions.drain()

    async def end(self) -> None:
        """Cut what is connected."""
        connections = dict(self._connections)
        for writer in connections.values():
            writer.transport.abort()  # their readers come to an end: a handler that is cancelled leaves its sockets open
        await asyncio.gather(*connections)


async def _pass_on(answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await answers.read(65536):
            writer.write(piece)
            await writer.drain()


@contextlib.asynccontextmanager
async def gated(port: int) -> AsyncIterator[tuple[Gate, str]]:
    """A gate before this port of loopback, and the host that it is."""
    gate = Gate(port)
    server = await asyncio.start_server(gate.connected, "127.0.0.1", 0)
    try:
        yield gate, f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        gate.opened()
        server.close()
        await gate.end()
