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
