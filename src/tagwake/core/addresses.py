"""Whether an IP address is one of the public internet's."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_NAT64 = ip_network("64:ff9b::/96")
_GLOBAL_UNICAST = ip_network("2000::/3")
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
"""The middle of an interface identifier that carries an IPv4 address (RFC 5214, section 6.1)."""
_RESERVED_4 = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16/32",  # Azure's host agent: a public address that means the machine's own cloud
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
        ),
    )
)
_RESERVED_6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "3fff::/20")))


def is_public(address: str) -> bool:
    """Whether the address can belong to a stranger: not loopback, private, link-local, shared, multicast or reserved.

    The registries are IANA's for special purposes (RFC 6890), as our own table: the one of the standard library
    depends on the version of Python. Of IPv6 only global unicast (``2000::/3``, RFC 4291) is public, and an address
    that carries an IPv4 address (mapped, 6to4, NAT64, ISATAP) is judged by that one.

    :raises ValueError: when it is no address.
    """
    read = ip_address(address)
    if isinstance(read, IPv6Address):
        carried = _carried(read)
        if carried is None:
            return read in _GLOBAL_UNICAST and not any(read in network for network in _RESERVED_6)
        read = carried
    return not any(read in network for network in _RESERVED_4)


def _carried(address: IPv6Address) -> IPv4Address | None:
    bits = int(address)
    if address in _NAT64 or ((bits >> 32) & 0xFFFF_FFFF in _ISATAP and address in _GLOBAL_UNICAST):
        return IPv4Address(bits & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
