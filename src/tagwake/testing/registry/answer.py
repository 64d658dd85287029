"""Answers of the registry: JSON, error bodies, and bodies that come in pieces."""

import asyncio
from collections.abc import Iterable, Mapping

import msgspec
from aiohttp import web

from tagwake.testing.registry.refusal import Refusal

VERSION = ("Docker-Distribution-API-Version", "registry/2.0")


def json(document: object, headers: Mapping[str, str] | None = None, status: int = 200) -> web.Response:
    """A JSON body; `headers` may set another content type."""
    merged = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=msgspec.json.encode(document), headers=merged, status=status)


def refused(refusal: Refusal) -> web.Response:
    """The error body (OCI distribution specification, Error Codes)."""
    error = {"code": refusal.code, "message": refusal.message, "detail": None}
    return json({"errors": [error]}, refusal.headers, refusal.status)


def empty(status: int, headers: Mapping[str, str]) -> web.Response:
    """No body."""
    return web.Response(status=status, headers=headers)


class Pieces(web.StreamResponse):
    """A body of known length that is read piece by piece."""

    def __init__(self, status: int, headers: Mapping[str, str], length: int, pieces: Iterable[bytes]) -> None:
        super().__init__(status=status, headers=headers)
        self.content_length = length
        self._pieces = pieces

    async def write_eof(self, data: bytes = b"") -> None:
        """Write the body, and end it."""
        for piece in self._pieces:
            await self.write(piece)
        await super().write_eof(data)

    def whole(self) -> bytes:
        """The body at once."""
        return b"".join(self._pieces)


class Half(web.StreamResponse):
    """The first half of another answer's body; then the connection is closed, or stalls until ``over`` is set."""

    def __init__(self, of: web.StreamResponse, over: asyncio.Event | None) -> None:
        super().__init__(status=of.status, headers=of.headers)
        self._whole = of.whole() if isinstance(of, Pieces) else _body(of)
        self._over = over
        self.content_length = len(self._whole)

    async def write_eof(self, data: bytes = b"") -> None:
        """Write one half, and hang up or stall."""
        await self.write(self._whole[: len(self._whole) // 2] + data)
        if self._over is not None:
            await self._over.wait()
        if self._req is not None and self._req.transport is not None:
            self._req.transport.close()


class Endless(web.StreamResponse):
    """A body that goes on until the client has had enough, or ``over`` is set."""

    def __init__(self, over: asyncio.Event) -> None:
        super().__init__(headers={"Content-Type": "application/json"})
        self._over = over

    async def write_eof(self, data: bytes = b"") -> None:
        """Write spaces, which JSON allows."""
        while not self._over.is_set():
            await self.write(b" " * 65_536)
        await super().write_eof(data)


def _body(response: web.StreamResponse) -> bytes:
    body = response.body if isinstance(response, web.Response) else None
    return body if isinstance(body, bytes) else b""
