"""What a registry serves under a tag or a digest: an image manifest, or an index of manifests."""

from dataclasses import dataclass

from tagwake.core.digest import Digest
from tagwake.core.platform import Platform

INDEX_TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
IMAGE_TYPES = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
MANIFEST_TYPES = INDEX_TYPES + IMAGE_TYPES
"""Every media type that is asked for, index types first: a registry that is not told of one may convert to another."""


def is_index(media_type: str) -> bool:
    """Whether this media type is that of an index (a manifest list, in Docker's words)."""
    return media_type in INDEX_TYPES


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a registry says a tag or digest is; ``size`` in bytes, ``None`` where it was not said."""

    digest: Digest
    media_type: str
    size: int | None = None

    @property
    def is_index(self) -> bool:
        """Whether it is an index of manifests rather than one image."""
        return is_index(self.media_type)


@dataclass(frozen=True, slots=True)
class Child:
    """One manifest that an index names; ``platform`` is ``None`` where the index gives none."""

    descriptor: Descriptor
    platform: Platform | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest, read: an index has ``children``, an image has the digest of its ``config``."""

    descriptor: Descriptor
    children: tuple[Child, ...] = ()
    config: Descriptor | None = None

    def child_for(self, platform: Platform) -> Child | None:
        """The child of this platform, or ``None``; children that carry attestations are no platforms."""
        for child in self.children:
            if child.platform is not None and child.platform.is_real and child.platform.matches(platform):
                return child
        return None
