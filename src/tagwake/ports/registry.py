"""A registry: what a tag points to, and what a digest holds."""

from typing import Protocol

from tagwake.core.digest import Digest
from tagwake.core.manifest import Descriptor, Manifest
from tagwake.core.platform import Platform
from tagwake.core.reference import Stream
from tagwake.core.resolution import Unresolved


class Registry(Protocol):
    """All registries, asked one question at a time; many questions may be under way at once.

    ``registry`` and ``repository`` are normalised (see :class:`tagwake.core.reference.Reference`). Nothing is raised
    for what a registry does or does not answer: that is an :class:`~tagwake.core.resolution.Unresolved`.
    """

    async def resolve(self, stream: Stream) -> Descriptor | Unresolved:
        """What the tag points to now; one request to the registry where it answers as it should."""
        ...

    async def describe(self, registry: str, repository: str, digest: Digest) -> Descriptor | Unresolved:
        """Whether the registry serves this digest, and what it is; ``NOT_FOUND`` where it answers that it does not."""
        ...

    async def manifest(self, registry: str, repository: str, digest: Digest) -> Manifest | Unresolved:
        """The manifest of this digest, its bytes checked against it."""
        ...

    async def platform(self, registry: str, repository: str, image: Manifest) -> Platform | Unresolved:
        """The platform that an image manifest's config names, its bytes checked against their digest."""
        ...
