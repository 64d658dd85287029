"""Any bytes as a manifest or an image config: read or refused, never anything else."""

import contextlib

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidManifest
from tagwake.formats.registry.manifests import read_manifest, read_platform


def one_input(data: bytes) -> None:
    """Read it."""
    with contextlib.suppress(InvalidManifest):
        read_manifest(data, Digest("sha256", "0" * 64))
    with contextlib.suppress(InvalidManifest):
        read_platform(data)


def seeds() -> list[bytes]:
    """Where to start."""
    return [
        b'{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:'
        + b"1" * 64
        + b'","size":7,"platform":{"os":"linux","architecture":"arm","variant":"v7"}}]}',
        b'{"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"digest":"sha256:'
        + b"2" * 64
        + b'"},"layers":[],"os":"linux","architecture":"amd64"}',
    ]
