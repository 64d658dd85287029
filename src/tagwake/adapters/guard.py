"""The guard of requests whose targets others choose: the operator's rule, held against each resolved address."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tagwake.core.egress import Egress

AddressInfo = tuple[int, int, int, str, tuple[Any, ...]]
"""What ``getaddrinfo`` gives: family, kind, protocol, canonical name, and the address, whose second part is the port."""

_LOOKUPS = 32
"""Names that are looked up at once, in threads of their own: a name server that is silent holds up nothing else."""


class PrivateAddress(OSError):
    """A guarded request met an address that it may not connect to; one text for all, so that it survives being combined."""

    def __init__(self) -> None:
        super().__init__("not a public address")


def guarded_socket(egress: Egress) -> Callable[[Any], socket.socket]:
    """Makes sockets for addresses that the rule permits; it sees those of names, of literals and of redirects alike."""

    def make(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        if not egress.permits(str(address[0]), int(address[1])):
            raise PrivateAddress
        return socket.socket(family, kind, protocol)

    return make


class Names:
    """Looks names up."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_LOOKUPS, "names")

    def close(self) -> None:
        """Start no look-up any more; those under way end by themselves."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def look_up(self, host: str, port: int, family: int = socket.AF_UNSPEC) -> Sequence[AddressInfo]:
        """All addresses of a name.

        :raises OSError: where it has none.
        """

        def ask() -> Sequence[AddressInfo]:
            return socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)

        return await asyncio.get_running_loop().run_in_executor(self._pool, ask)

    async def permitted(self, host: str, port: int, egress: Egress) -> str:
        """The first address of a name that may be connected to: what a proxy is asked for, in place of the name.

        :raises PrivateAddress: where there is none among its addresses.
        :raises OSError: where it has no address.
        """
        for *_, address in await self.look_up(host, port):
            if egress.permits(str(address[0]), port):
                return str(address[0])
        raise PrivateAddress
