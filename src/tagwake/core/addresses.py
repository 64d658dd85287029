"""Whether an IP address is one of the public internet's."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_NAT64 = ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether the address can belong to a stranger: not loopback, private, link-local, shared, multicast or reserved.

    An IPv6 address that carries an IPv4 address (mapped, 6to4, NAT64) is judged by that one.

    :raises ValueError: when it is no address.
    """
    read = ip_address(address)
    carried = _carried(read) if isinstance(read, IPv6Address) else None
    judged = carried if carried is not None else read
    return judged.is_global and not judged.is_multicast


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
