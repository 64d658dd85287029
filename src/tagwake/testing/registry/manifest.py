"""Manifests as the registry reads them: what they refer to, and whether they are manifests at all."""

from dataclasses import dataclass

import msgspec

from tagwake.testing.registry import grammar
from tagwake.testing.registry.refusal import Refusal

LARGEST = 4 * 1024 * 1024
"""Bytes of a manifest; the specification asks registries to take at least this (Pushing Manifests)."""

OCI_IMAGE = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_IMAGE = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"


class _Descriptor(msgspec.Struct):
    media_type: str = msgspec.field(name="mediaType", default="")
    digest: str = ""
    urls: list[str] | None = None


class _Document(msgspec.Struct):
    schema_version: int = msgspec.field(name="schemaVersion", default=0)
    media_type: str = msgspec.field(name="mediaType", default="")
    artifact_type: str = msgspec.field(name="artifactType", default="")
    config: _Descriptor | None = None
    layers: list[_Descriptor] | None = None  # Go writes an empty list of its own as null
    manifests: list[_Descriptor] | None = None
    subject: _Descriptor | None = None
    annotations: dict[str, str] | None = None


_decode = msgspec.json.Decoder(_Document).decode


@dataclass(frozen=True, slots=True)
class Read:
    """What a manifest says: the blobs and manifests that must be there before it, and its place among referrers."""

    media_type: str
    blobs: tuple[str, ...]
    manifests: tuple[str, ...]
    subject: str | None
    artifact_type: str | None
    annotations: dict[str, str]


def read(content: bytes, content_type: str | None) -> Read:
    """Read a manifest that is pushed with the header ``Content-Type: content_type``.

    :raises Refusal: MANIFEST_INVALID, DIGEST_INVALID, or 413 where it is larger than LARGEST.
    """
    if len(content) > LARGEST:
        raise Refusal(413, "SIZE_INVALID", f"a manifest has at most {LARGEST} bytes, this one {len(content)}")
    try:
        document = _decode(content)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refusal(400, "MANIFEST_INVALID", f"the manifest cannot be read: {error}") from error
    if document.schema_version != 2:
        raise Refusal(400, "MANIFEST_INVALID", f"schemaVersion is 2, not {document.schema_version}")
    media_type = _media_type(document, content_type)
    artifact_type = document.artifact_type
    if not artifact_type and document.config is not None:
        artifact_type = document.config.media_type  # Listing Referrers: an image's config type stands in
    config = [document.config] if document.config is not None else []
    return Read(
        media_type,
        tuple(
            grammar.digest(each.digest) for each in (*config, *(document.layers or ())) if _is_kept_here(each)
        ),
        tuple(grammar.digest(each.digest) for each in document.manifests or () if not each.urls),
        grammar.digest(document.subject.digest) if document.subject is not None else None,
        artifact_type or None,
        document.annotations or {},
    )


def _media_type(document: _Document, content_type: str | None) -> str:
    declared = (content_type or "").partition(";")[0].strip()
    if declared and document.media_type and declared != document.media_type:
        message = f"Content-Type is {declared}, and the manifest's mediaType {document.media_type}"
        raise Refusal(400, "MANIFEST_INVALID", message)
    guessed = OCI_INDEX if document.manifests else OCI_IMAGE
    return declared or document.media_type or guessed


def _is_kept_here(descriptor: _Descriptor) -> bool:
    """False for a layer that is fetched from elsewhere and need never be pushed (image specification, Layers)."""
    return not descriptor.urls and "nondistributable" not in descriptor.media_type
