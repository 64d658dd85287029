"""What a guarded request may connect to, by the operator's word."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from tagwake.core.addresses import is_public
from tagwake.core.errors import InvalidSettings

MAX_ALLOWED = 1000
"""Entries of ``allow``: more is a mistake."""


@dataclass(frozen=True, slots=True)
class AllowedTarget:
    """A network that may be connected to though it is not public; on one port only, or on all."""

    network: IPv4Network | IPv6Network
    port: int | None = None

    @classmethod
    def parse(cls, text: str) -> "AllowedTarget":
        """Read ``10.1.2.0/24``, ``10.1.2.3:8080``, ``fd00::/8`` or ``[::1]:8080``.

        A name is refused: what it leads to is its owner's choice, and could change between two attempts.

        :raises InvalidSettings: when it is none of these.
        """
        try:
            address, port = _without_port(text.strip())
            return cls(ip_network(address), None if port is None else _port(port))
        except ValueError:
            raise InvalidSettings(
                f"egress: {text!r} is no address and no network, with or without a port: "
                "write it like 10.1.2.0/24, 10.1.2.3:8080 or [::1]:8080"
            ) from None

    def covers(self, address: str, port: int) -> bool:
        """Whether this lets through; an IPv4 address mapped into IPv6 is judged as what it is.

        :raises ValueError: when ``address`` is none.
        """
        read = ip_address(address)
        mapped = getattr(read, "ipv4_mapped", None)
        return self.port in {None, port} and (read if mapped is None else mapped) in self.network


@dataclass(frozen=True, slots=True)
class Egress:
    """The operator's rules for requests whose targets others choose; without any, only the public internet.

    :param allow: what may be connected to though it is not public.
    :param proxy: URL of the proxy that every guarded request goes through, or empty; it may hold a login.
    """

    allow: tuple[AllowedTarget, ...] = ()
    proxy: str = field(default="", repr=False)

    @classmethod
    def of(cls, allow: tuple[str, ...] = (), proxy: str = "") -> "Egress":
        """From the texts of the settings.

        :raises InvalidSettings: for an entry that cannot be read, or a proxy that is no ``http://`` or ``https://``.
        """
        if len(allow) > MAX_ALLOWED:
            raise InvalidSettings(
                f"egress: {len(allow)} entries in `allow`, and at most {MAX_ALLOWED} are read"
            )
        if proxy and not proxy.startswith(("http://", "https://")):
            raise InvalidSettings("egress: `proxy` starts with http:// or https://")
        return cls(tuple(map(AllowedTarget.parse, allow)), proxy)

    def permits(self, address: str, port: int) -> bool:
        """Whether a connection may be made: the address is public, or the operator allows it.

        :raises ValueError: when ``address`` is none.
        """
        return is_public(address) or any(target.covers(address, port) for target in self.allow)


def _without_port(text: str) -> tuple[str, str | None]:
    if text.startswith("["):
        address, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise ValueError(text)
        return address, rest[1:] if rest else None
    if text.count(":") == 1:
        address, _, port = text.partition(":")
        return address, port
    return text, None


def _port(text: str) -> int:
    port = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 0
    if not 0 < port < 65_536:
        raise ValueError(text)
    return port
