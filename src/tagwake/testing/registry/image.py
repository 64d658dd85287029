"""Made-up images, indexes and artifacts: small, valid, and the same bytes for the same arguments."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tagwake.core.platform import Platform
from tagwake.testing.registry.grammar import digest_of
from tagwake.testing.registry.manifest import DOCKER_IMAGE, DOCKER_LIST, OCI_IMAGE, OCI_INDEX
from tagwake.testing.registry.repository import Manifest

EMPTY = b"{}"
EMPTY_TYPE = "application/vnd.oci.empty.v1+json"

_OCI = ("application/vnd.oci.image.config.v1+json", "application/vnd.oci.image.layer.v1.tar+gzip")
_DOCKER = (
    "application/vnd.docker.container.image.v1+json",
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
)


@dataclass(frozen=True, slots=True)
class Made:
    """A manifest, and the blobs that have to be there before it."""

    manifest: bytes
    blobs: tuple[bytes, ...]


def image(
    platform: str,
    seed: str,
    files: Mapping[str, bytes],
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    *,
    docker: bool,
) -> Made:
    """An image of one layer (OCI image specification, Image Manifest and Image Configuration)."""
    parsed = Platform.parse(platform)
    archive = _tar(files or {"etc/tagwake": f"{platform} {seed}\n".encode()})
    layer = gzip.compress(archive, mtime=0)
    about: dict[str, Any] = {
        **_platform(parsed),
        "created": "2026-01-01T00:00:00Z",
        "config": {"Labels": {**labels, "tagwake.seed": seed}},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(archive).hexdigest()}"]},
        "history": [{"created": "2026-01-01T00:00:00Z", "created_by": f"tagwake {seed}"}],
    }
    config = _json(about)
    config_type, layer_type = _DOCKER if docker else _OCI
    document: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": DOCKER_IMAGE if docker else OCI_IMAGE,
        "config": _descriptor(config_type, config),
        "layers": [_descriptor(layer_type, layer)],
    }
    return Made(_json(_annotated(document, annotations)), (config, layer))


def index(children: Sequence[tuple[str, Manifest]], annotations: Mapping[str, str], *, docker: bool) -> bytes:
    """An index of images that are there, each with its platform (OCI image specification, Image Index)."""
    document: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": DOCKER_LIST if docker else OCI_INDEX,
        "manifests": [
            {
                "mediaType": child.media_type,
                "digest": child.digest,
                "size": child.size,
                "platform": _platform(Platform.parse(platform)),
            }
            for platform, child in children
        ],
    }
    return _json(_annotated(document, annotations))


def artifact(
    content: bytes,
    artifact_type: str,
    layer_type: str,
    subject: Manifest | None,
    annotations: Mapping[str, str],
) -> Made:
    """An artifact with an empty config (OCI image specification, Guidelines for Artifact Usage)."""
    document: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": OCI_IMAGE,
        "artifactType": artifact_type,
        "config": _descriptor(EMPTY_TYPE, EMPTY),
        "layers": [_descriptor(layer_type, content)],
    }
    if subject is not None:
        document["subject"] = {
            "mediaType": subject.media_type,
            "digest": subject.digest,
            "size": subject.size,
        }
    return Made(_json(_annotated(document, annotations)), (EMPTY, content))


def _platform(platform: Platform) -> dict[str, str]:
    named = {"architecture": platform.architecture, "os": platform.os}
    return {**named, "variant": platform.variant} if platform.variant else named


def _descriptor(media_type: str, content: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": digest_of(content), "size": len(content)}


def _annotated(document: dict[str, Any], annotations: Mapping[str, str]) -> dict[str, Any]:
    return {**document, "annotations": dict(annotations)} if annotations else document


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, indent=2).encode()


def _tar(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
