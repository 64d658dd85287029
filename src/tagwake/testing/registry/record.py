"""What happens to a registry, one record each; the state is what the records add up to."""

from datetime import datetime

import msgspec


class ManifestPut(msgspec.Struct, frozen=True, tag="manifest-put", omit_defaults=True):
    """A manifest came into a repository; its bytes are kept under its digest."""

    repository: str
    digest: str
    media_type: str
    size: int
    subject: str | None = None
    artifact_type: str | None = None
    annotations: dict[str, str] = msgspec.field(default_factory=dict)


class ManifestDeleted(msgspec.Struct, frozen=True, tag="manifest-deleted"):
    """A manifest left a repository, and with it every tag that pointed to it."""

    repository: str
    digest: str
    at: datetime


class TagSet(msgspec.Struct, frozen=True, tag="tag-set"):
    """A tag points to a manifest from now on."""

    repository: str
    tag: str
    digest: str
    at: datetime


class TagDeleted(msgspec.Struct, frozen=True, tag="tag-deleted"):
    """A tag points to nothing any more."""

    repository: str
    tag: str
    at: datetime


class BlobLinked(msgspec.Struct, frozen=True, tag="blob-linked"):
    """A repository has a blob, uploaded or mounted."""

    repository: str
    digest: str


class BlobDeleted(msgspec.Struct, frozen=True, tag="blob-deleted"):
    """A repository has a blob no more."""

    repository: str
    digest: str


Record = ManifestPut | ManifestDeleted | TagSet | TagDeleted | BlobLinked | BlobDeleted
"""Any of them."""
