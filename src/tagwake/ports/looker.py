"""Looking at a tag: the question that polling asks a registry, again and again."""

from typing import Protocol

from tagwake.core.look import Look
from tagwake.core.reference import Stream
from tagwake.ports.registry_pages import RegistryPages


class Looker(Protocol):
    """All registries, asked what a tag is now; nothing is remembered of an earlier answer."""

    async def look(self, stream: Stream, etag: str | None = None) -> Look:
        """What the tag is now, by one HEAD where the registry answers as it should; nothing is raised for what it says.

        :param etag: of the look before: a registry that knows it may answer
            :class:`~tagwake.core.look.Unchanged` (``If-None-Match``, RFC 9110, section 13.1.2).
        """
        ...


class PolledRegistry(Looker, RegistryPages, Protocol):
    """What polling needs of registries: looks, and lists of tags."""
