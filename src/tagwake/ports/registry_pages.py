"""What a registry answers beside images: pages of text below its host, with the authorization that its images need."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from tagwake.core.resolution import Unresolved
from tagwake.ports.registry import Registry


@dataclass(frozen=True, slots=True)
class RegistryPage:
    """An answer that says something, be it that there is no such page.

    :param url: that was asked for, without a query.
    :param status: of HTTP: neither a refusal to say anything (401, 403, 429) nor a failure (5xx).
    :param link: the ``Link`` header, ``None`` where there is none.
    """

    url: str
    status: int
    body: bytes = field(repr=False)
    link: str | None = None


class RegistryPages(Protocol):
    """All registries by their rules, as :class:`tagwake.ports.registry.Registry` asks them."""

    async def page(
        self,
        registry: str,
        repository: str,
        target: Callable[[str], str],
        *,
        limit: int,
        anonymous: bool = False,
    ) -> RegistryPage | Unresolved:
        """One page, by ``GET``; the registry and repository are normalised, and rules say which host that is.

        :param target: gives the path and query for the repository as it is called on that host.
        :param limit: bytes; a longer page is no answer.
        :param anonymous: say nothing of who asks: logins for images open nothing there.
        """
        ...


class RegistryWithPages(Registry, RegistryPages, Protocol):
    """Both: images, and the pages beside them."""
