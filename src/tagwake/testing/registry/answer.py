"""Answers of the registry: JSON, error bodies, and bodies that come in pieces."""

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


class Truncated(web.StreamResponse):
    """The first half of another answer's body, after which the connection is closed."""

    def __init__(self, of: web.StreamResponse) -> None:
        super().__init__(status=of.status, headers=of.headers)
        self._whole = of.whole() if isinstance(of, Pieces) else _body(of)
        self.content_length = len(self._whole)

    async def write_eof(self, data: bytes = b"") -> None:
        """Write one half, and hang up."""
        await self.write(self._whole[: len(self._whole) // 2] + data)
        if self._req is not None and self._req.transport is not None:
            self._req.transport.close()


def _body(response: web.StreamResponse) -> bytes:
    body = response.body if isinstance(response, web.Response) else None
    return body if isinstance(body, bytes) else b""
