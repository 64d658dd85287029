"""Manifests and image configs as registries serve them: bytes to core values."""

import msgspec

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidDigest, InvalidManifest
from tagwake.core.manifest import IMAGE_TYPES, INDEX_TYPES, MANIFEST_TYPES, Child, Descriptor, Manifest
from tagwake.core.platform import Platform
from tagwake.formats.registry.error_body import printable
from tagwake.formats.registry.nesting import nests_deeper

MAX_BYTES = 4_194_304
"""A registry need not take more (OCI distribution specification, "Pushing Manifests")."""
MAX_DEPTH = 64
MAX_CHILDREN = 10_000

SCHEMA_1_TYPES = (
    "application/vnd.docker.distribution.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
)
"""Docker's first manifests, which have no digest that one could pin across registries."""


class _Platform(msgspec.Struct):
    os: str | None = None
    architecture: str | None = None
    variant: str | None = None


class _Descriptor(msgspec.Struct):
    digest: str
    media_type: str = msgspec.field(default="", name="mediaType")
    size: int | None = None
    platform: _Platform | None = None


class _Manifest(msgspec.Struct):
    media_type: str = msgspec.field(default="", name="mediaType")
    manifests: list[_Descriptor] | None = None
    config: _Descriptor | None = None
    layers: list[msgspec.Raw] | None = None


def read_manifest(data: bytes, digest: Digest, media_type: str = "") -> Manifest:
    """Read a manifest whose bytes have been checked against ``digest``.

    :param media_type: the ``Content-Type`` that it came with, without parameters; one that is no manifest's
        counts as none, and the manifest's own ``mediaType`` or its shape decides.
    :raises InvalidManifest: when it is neither an image manifest nor an index, is both, contradicts its media type,
        or passes a limit: 4 MiB, 64 levels, 10,000 children.
    """
    _check_limits(data)
    try:
        manifest = msgspec.json.decode(data, type=_Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidManifest(f"no manifest: {printable(str(error))}") from None
    descriptor = Descriptor(digest, _media_type(manifest, media_type), len(data))
    if not descriptor.is_index:
        if manifest.config is None:
            raise InvalidManifest("an image manifest without a config")
        return Manifest(descriptor, config=_descriptor(manifest.config))
    children = manifest.manifests or []
    if len(children) > MAX_CHILDREN:
        raise InvalidManifest(f"an index of {len(children)} manifests: {MAX_CHILDREN} at most are read")
    return Manifest(
        descriptor, tuple(Child(_descriptor(child), _platform(child.platform)) for child in children)
    )


def read_platform(data: bytes) -> Platform:
    """The platform that an image config names (OCI image specification, Image Configuration).

    :raises InvalidManifest: when it names none, is no JSON object, or passes a limit.
    """
    _check_limits(data)
    try:
        config = msgspec.json.decode(data, type=_Platform)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidManifest(f"no image config: {printable(str(error))}") from None
    platform = _platform(config)
    if platform is None:
        raise InvalidManifest("the config names no platform")
    return platform


def _check_limits(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise InvalidManifest(f"longer than {MAX_BYTES} bytes")
    if nests_deeper(data, MAX_DEPTH):
        raise InvalidManifest(f"nests deeper than {MAX_DEPTH}")


def _media_type(manifest: _Manifest, served_as: str) -> str:
    is_index, is_image = (
        manifest.manifests is not None,
        manifest.config is not None or manifest.layers is not None,
    )
    if is_index and is_image:
        # What one reader takes for an index another takes for an image (OCI, GHSA-77vh-xpmg-72qh).
        raise InvalidManifest("both an index and an image manifest")
    own = manifest.media_type
    if served_as not in MANIFEST_TYPES:
        served_as = ""
    if own and served_as and own != served_as:
        raise InvalidManifest(f"served as {served_as}, and calls itself {printable(own)}")
    media_type = own or served_as or (INDEX_TYPES[0] if is_index else IMAGE_TYPES[0] if is_image else "")
    if media_type not in MANIFEST_TYPES:
        raise InvalidManifest(f"media type {printable(media_type) or 'unknown'} is neither image nor index")
    if (media_type in INDEX_TYPES) != is_index and (is_index or is_image):
        raise InvalidManifest(f"not what its media type {media_type} says")
    return media_type


def _descriptor(read: _Descriptor) -> Descriptor:
    try:
        digest = Digest.parse(read.digest)
    except InvalidDigest as error:
        raise InvalidManifest(
            f"names a manifest or config by no digest: {printable(error.problem)}"
        ) from None
    return Descriptor(digest, printable(read.media_type), read.size)


def _platform(read: _Platform | None) -> Platform | None:
    if read is None or not read.os or not read.architecture:
        return None
    return Platform(printable(read.os), printable(read.architecture), printable(read.variant or "") or None)
