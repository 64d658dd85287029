"""The HTTP server of the service: a socket, uvicorn on it, and a stop that lets answers under way be finished."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

import uvicorn

from tagwake.core.errors import UsageRefused
from tagwake.faces.service.asgi import Application

GRACE = 5
"""Seconds that answers under way have to be finished, once the server is told to stop."""
BACKLOG = 2048


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; port 0 takes a free one.

    :param text: as it was typed, for messages.
    """

    text: str
    family: socket.AddressFamily
    host: str
    port: int

    @classmethod
    def of(cls, host: str, port: int) -> "Address":
        """The first address of a name, or the address itself; nothing is bound.

        :raises UsageRefused: where there is none.
        """
        text = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        try:
            family, _, _, _, found = socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
        except OSError as error:
            raise _refused(text, error) from None
        return cls(text, family, str(found[0]), port)

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can connect."""
        return ip_address(self.host.partition("%")[0]).is_loopback

    def bind(self) -> socket.socket:
        """A listening socket.

        It names its protocol: asyncio switches Nagle's algorithm off only for connections that do, and with it an
        answer would wait 40 ms for the client's acknowledgement of its first half.

        :raises UsageRefused: where the address cannot be had.
        """
        listening = socket.socket(self.family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            if os.name == "posix":
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if self.family == socket.AF_INET6:
                listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listening.bind((self.host, self.port))
            listening.listen(BACKLOG)
        except OSError as error:
            listening.close()
            raise _refused(self.text, error) from None
        return listening


def _refused(text: str, error: OSError) -> UsageRefused:
    return UsageRefused(f"the service cannot listen on {text}: {error.strerror or error}")


def url_of(listening: socket.socket) -> str:
    """Where it is reached from this machine."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """Uvicorn, whose signals are its starter's business."""

    def __init__(self, application: Application) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                http="httptools",
                loop="none",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=65,
                timeout_graceful_shutdown=GRACE,
                h11_max_incomplete_event_size=65_536,
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield

    async def run_until(self, told: asyncio.Event, listening: socket.socket) -> None:
        """Serve until told to stop; then finish what is under way."""
        serving = asyncio.ensure_future(self.serve(sockets=[listening]))
        waiting = asyncio.ensure_future(told.wait())
        try:
            await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            self.should_exit = True
            await serving
