"""The HTTP server of the service: a socket, uvicorn on it, and a stop that lets answers under way be finished."""

import asyncio
import contextlib
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

        :raises UsageRefused: where the address cannot be had.
        """
        try:
            return socket.create_server((self.host, self.port), family=self.family, backlog=BACKLOG)
        except OSError as error:
            raise _refused(self.text, error) from None


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
