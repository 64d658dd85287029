"""Hooks over a socket: what keep-alive, long bodies and slow senders come to with the server that serves them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from tests.faces.service.hook_stage import HookStage, hooks_on_twins
from tests.hook_samples import Sample, distribution, github, harbor

from tagwake.faces.service.server import Address, Server
from tagwake.formats.webhook.kinds import KINDS, MAX_BODY


class Talk:
    """A connection that requests are sent over, one after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, sample: Sample, body: bytes | None = None, *, chunked: bool = False) -> int:
        """Send a delivery whole, and read the answer's status."""
        data = sample.body if body is None else body
        self.writer.write(head_of(sample, None if chunked else len(data)))
        if chunked:
            for start in range(0, len(data), 1_000):
                part = data[start : start + 1_000]
                self.writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            self.writer.write(b"0\r\n\r\n")
        else:
            self.writer.write(data)
        await self.writer.drain()
        return await self.status()

    async def status(self) -> int:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(line for line in head.splitlines() if line.startswith("content-length:"))
        await self.reader.readexactly(int(length.partition(":")[2]))
        return int(head.split()[1])


def head_of(sample: Sample, length: int | None) -> bytes:
    lines = [f"POST {sample.path} HTTP/1.1", "host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in sample.all_headers.items()]
    lines.append("transfer-encoding: chunked" if length is None else f"content-length: {length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


@contextlib.asynccontextmanager
async def talk(*samples: Sample) -> AsyncIterator[tuple[HookStage, Talk]]:
    """A connection to hooks that know these sources."""
    async with hooks_on_twins(*samples) as stage:
        told = asyncio.Event()
        with Address.of("127.0.0.1", 0).bind() as listening:
            serving = asyncio.create_task(Server(stage.hooks).run_until(told, listening))
            reader, writer = await asyncio.open_connection(*listening.getsockname()[:2])
            try:
                yield stage, Talk(reader, writer)
            finally:
                writer.close()
                told.set()
                await serving


async def test_one_connection_serves_many_hooks() -> None:
    sample = harbor()
    async with talk(sample) as (stage, connection):
        assert [await connection.send(sample) for _ in range(20)] == [202] * 20
        assert len(stage.queue.hints) == 20


async def test_a_body_in_chunks_is_taken() -> None:
    sample = github()
    async with talk(sample) as (stage, connection):
        assert await connection.send(sample, chunked=True) == 202
        assert stage.queue.hints == list(sample.hints)


@pytest.mark.parametrize("chunked", [False, True])
async def test_what_a_registry_would_send_for_ever_is_read_to_its_end_and_the_next_is_taken(
    chunked: bool,
) -> None:
    sample = distribution()
    async with talk(sample) as (stage, connection):
        assert await connection.send(sample, b"x" * (3 * MAX_BODY), chunked=chunked) == 202
        assert await connection.send(sample) == 202
        assert stage.queue.hints == list(sample.hints)
        assert [parked.size for parked in stage.sources.parked(10)] == [3 * MAX_BODY]


async def test_a_length_that_is_too_long_is_refused_before_the_body_comes() -> None:
    sample = github()
    async with talk(sample) as (_, connection):
        connection.writer.write(head_of(sample, KINDS["github"].limit + 1))
        assert await connection.status() == 413
        assert await connection.reader.read() == b""


async def test_what_proves_nothing_is_refused_before_the_body_comes() -> None:
    sample = harbor()
    async with talk(sample) as (_, connection):
        connection.writer.write(head_of(Sample(sample.source, b"", {}, ()), 10))
        assert await connection.status() == 401


async def test_a_sender_that_hangs_up_halfway_leaves_nothing_behind() -> None:
    sample = harbor()
    async with talk(sample) as (stage, connection):
        connection.writer.write(head_of(sample, 100) + b"half")
        await connection.writer.drain()
        connection.writer.close()
        reader, writer = await asyncio.open_connection(*connection.writer.get_extra_info("peername")[:2])
        assert await Talk(reader, writer).send(sample) == 202
        writer.close()
        assert stage.queue.hints == list(sample.hints)
        assert stage.sources.parked(10) == ()
