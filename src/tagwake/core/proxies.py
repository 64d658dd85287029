"""Which proxy a request goes through, by the environment's rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from tagwake.core.registry_rule import bare_host, is_loopback


@dataclass(frozen=True, slots=True)
class Proxies:
    """``HTTPS_PROXY``, ``HTTP_PROXY`` and ``NO_PROXY``, as Go's net/http and so every registry client reads them.

    :param https: URL of the proxy for TLS, or empty; it may hold a login, which is why it is not shown.
    :param http: URL of the proxy for plain HTTP, or empty.
    :param exempt: hosts that are reached directly: names (and what is below them), addresses, networks, ``*``.
    """

    https: str = field(default="", repr=False)
    http: str = field(default="", repr=False)
    exempt: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Proxies":
        """Read the three variables, upper case before lower case."""
        exempt = _either(environment, "NO_PROXY").replace(",", " ").split()
        return cls(
            _with_scheme(_either(environment, "HTTPS_PROXY")),
            _with_scheme(_either(environment, "HTTP_PROXY")),
            tuple(entry.lower() for entry in exempt),
        )

    def proxy_for(self, scheme: str, host: str) -> str | None:
        """URL of the proxy for ``host[:port]``, or ``None``; this machine is never reached through one."""
        proxy = self.https if scheme == "https" else self.http
        if not proxy or is_loopback(host) or any(_covers(entry, host.lower()) for entry in self.exempt):
            return None
        return proxy


def _either(environment: Mapping[str, str], name: str) -> str:
    return (environment.get(name) or environment.get(name.lower()) or "").strip()


def _with_scheme(proxy: str) -> str:
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy


def _covers(entry: str, host: str) -> bool:
    if entry == "*":
        return True
    name = bare_host(host)
    address = _address(name)
    if address is not None and "/" in entry:
        try:
            return address in ip_network(entry, strict=False)
        except ValueError:
            return False
    bare_entry = bare_host(entry) if entry.startswith("[") or entry.count(":") == 1 else entry
    if bare_entry != entry and entry.strip("[]") != bare_entry and host != entry:
        return False  # the entry has a port, and it is another one
    if address is not None:
        return _address(bare_entry) == address
    domain = bare_entry.removeprefix("*").removeprefix(".")
    return bool(domain) and (name == domain or name.endswith(f".{domain}"))


def _address(text: str) -> object:
    try:
        return ip_address(text)
    except ValueError:
        return None
