"""Where a registry is asked: rules by host and prefix, and the endpoint that they give a repository."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tagwake.core.errors import InvalidInput, InvalidReference
from tagwake.core.reference import DEFAULT_REGISTRY, Reference

DEFAULT_CONCURRENCY = 16
"""Requests that one registry host gets at once."""

HUB_ENDPOINT = "registry-1.docker.io"
"""The host that serves Docker Hub's registry API: its name, docker.io, does not."""


@dataclass(frozen=True, slots=True)
class RegistryRule:
    """How the repositories below ``prefix`` are asked for: ``[registries."host/prefix"]`` of the settings.

    :param prefix: ``host[:port][/path]``; it holds for whole components of a path.
    :param upstream: ``host[:port][/path]`` that takes the prefix's place in look-ups, and is never written to a file.
    :param plain_http: ask without TLS.
    :param ca: path of a PEM file with the certificate authorities to trust beside the system's.
    :param concurrency: requests at once for the host.
    :raises InvalidInput: when ``prefix`` or ``upstream`` is no ``host[:port][/path]``, or ``concurrency`` no positive number.
    """

    prefix: str
    upstream: str | None = None
    plain_http: bool = False
    ca: str | None = None
    concurrency: int = DEFAULT_CONCURRENCY

    def __post_init__(self) -> None:
        _place(self.prefix)
        if self.upstream is not None:
            _place(self.upstream)
        if self.concurrency < 1:
            raise InvalidInput(f"the concurrency of {self.prefix} is {self.concurrency}: it is 1 at least")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and how one repository is asked for.

    :param registry: normalised name of the registry asked, which credentials and messages go by.
    :param host: ``host[:port]`` that serves it.
    :param repository: path on that host.
    """

    registry: str
    host: str
    repository: str
    plain_http: bool = False
    ca: str | None = None
    concurrency: int = DEFAULT_CONCURRENCY

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine by its name, so that plain HTTP tells nobody anything."""
        return is_loopback(self.host)


def endpoint_of(rules: Sequence[RegistryRule], registry: str, repository: str) -> Endpoint:
    """The endpoint of a normalised registry and repository: the rule with the longest prefix decides.

    What that rule does not say of the transport, the rules for its upstream do; an upstream is followed once.

    :raises InvalidInput: when the rule leaves no repository name to ask for.
    """
    rule, rest = _longest(rules, registry, repository)
    asked_registry, asked_repository = registry, repository
    if rule is not None and rule.upstream is not None:
        asked_registry, path = _place(rule.upstream)
        asked_repository = "/".join(part for part in (path, rest) if part)
        if not asked_repository:
            raise InvalidInput(
                f"the upstream {rule.upstream} of {rule.prefix} names no repository for {registry}/{repository}"
            )
        if asked_registry == DEFAULT_REGISTRY and "/" not in asked_repository:
            asked_repository = f"library/{asked_repository}"
    beyond, _ = _longest(rules, asked_registry, asked_repository)
    said = [each for each in (rule, beyond) if each is not None]
    return Endpoint(
        registry=asked_registry,
        host=HUB_ENDPOINT if asked_registry == DEFAULT_REGISTRY else asked_registry,
        repository=asked_repository,
        plain_http=any(each.plain_http for each in said),
        ca=next((each.ca for each in said if each.ca is not None), None),
        concurrency=_concurrency(rules, asked_registry),
    )


def is_loopback(host: str) -> bool:
    """Whether ``host[:port]`` is this machine by its name: ``localhost``, 127.0.0.0/8 or ``[::1]``."""
    name = bare_host(host)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    from ipaddress import ip_address  # only look-ups ask, and start-up has a budget

    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def bare_host(host: str) -> str:
    """The host of ``host[:port]``, without the port and without the brackets of an IPv6 address."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


@lru_cache(maxsize=256)
def _place(text: str) -> tuple[str, str]:
    """The normalised host and the path of ``host[:port][/path]``."""
    host, slash, path = text.partition("/")
    is_marked = "." in host or ":" in host or host in {"localhost", ""} or host != host.lower()
    if bool(slash) != bool(path) or ":" in path or "@" in path:
        raise InvalidInput(f"{text!r} is no registry: write host, host:port or host/prefix")
    try:
        # The name of a host in the local network has no dot: it is checked with one, which the grammar asks for.
        read = Reference.parse(f"{host if is_marked else host + '.local'}/x/{path or 'x'}")
    except InvalidReference as error:
        raise InvalidInput(
            f"{text!r} is no registry: write host, host:port or host/prefix ({error.problem})"
        ) from None
    return (read.registry if is_marked else host), path


def _longest(
    rules: Iterable[RegistryRule], registry: str, repository: str
) -> tuple[RegistryRule | None, str]:
    """The rule with the longest prefix that holds here, and what of the repository comes after it."""
    found: RegistryRule | None = None
    found_length, rest = -1, repository
    for rule in rules:
        host, path = _place(rule.prefix)
        if host != registry or len(path) <= found_length:
            continue
        if not path or repository == path or repository.startswith(path + "/"):
            found, found_length = rule, len(path)
            rest = repository[len(path) + 1 :] if path else repository
    return found, rest


def _concurrency(rules: Iterable[RegistryRule], registry: str) -> int:
    """The smallest number that any rule gives the host asked: its requests share one budget."""
    given = [rule.concurrency for rule in rules if _place(rule.upstream or rule.prefix)[0] == registry]
    return min(given, default=DEFAULT_CONCURRENCY)
