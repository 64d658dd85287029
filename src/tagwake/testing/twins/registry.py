"""An in-memory twin of the port Registry: a table of tags, manifests by digest, and failures on purpose."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tagwake.core.digest import Digest
from tagwake.core.look import Look, Unchanged, look_of
from tagwake.core.manifest import IMAGE_TYPES, INDEX_TYPES, Descriptor, Manifest
from tagwake.core.platform import Platform
from tagwake.core.reference import Reference, Stream
from tagwake.core.resolution import Failure, Unresolved
from tagwake.formats.registry.manifests import read_manifest, read_platform

CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"

Call = tuple[str, str]
"""What was asked, ``resolve``, ``look``, ``describe``, ``manifest`` or ``platform``, and of which reference."""


@dataclass(slots=True)
class RegistryTwin:
    """Answers from memory as a registry would; ``calls`` holds what was asked, in order.

    Content is made by :meth:`push_image` and :meth:`push_index`, which take references as users write them;
    :meth:`fail` makes what matches a reference's start unanswerable.
    """

    tags: dict[Stream, Digest] = field(default_factory=dict)
    manifests: dict[tuple[str, str, Digest], Manifest] = field(default_factory=dict)
    platforms: dict[Digest, Platform] = field(default_factory=dict)
    failures: dict[str, Unresolved] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    def put(
        self,
        reference: str,
        manifest: bytes,
        media_type: str,
        blobs: Sequence[bytes] = (),
        algorithm: str = "sha256",
    ) -> Digest:
        """Put a manifest under a tag (or under none, where the reference has none), with the config that it names.

        :raises InvalidManifest: when it is none.
        """
        read = read_manifest(manifest, Digest.of(manifest, algorithm), media_type)
        for blob in blobs:
            if (
                read.config is not None
                and Digest.of(blob, read.config.digest.algorithm) == read.config.digest
            ):
                self.platforms[read.config.digest] = read_platform(blob)
        parsed = Reference.parse(reference)
        self.manifests[parsed.registry, parsed.repository, read.descriptor.digest] = read
        if parsed.stream is not None:
            self.tags[parsed.stream] = read.descriptor.digest
        return read.descriptor.digest

    def push_image(
        self,
        reference: str,
        seed: str = "",
        *,
        platform: str = "linux/amd64",
        media_type: str = IMAGE_TYPES[0],
        algorithm: str = "sha256",
    ) -> Digest:
        """Put an image under a tag (or under none, where the reference has none); the same seed is the same digest."""
        os, architecture, variant = (*platform.split("/"), "")[:3]
        config = _json({"os": os, "architecture": architecture, "variant": variant, "seed": seed})
        named = {"mediaType": CONFIG_TYPE, "digest": str(Digest.of(config)), "size": len(config)}
        body = _json({"schemaVersion": 2, "mediaType": media_type, "config": named, "layers": []})
        return self.put(reference, body, media_type, (config,), algorithm)

    def push_index(
        self,
        reference: str,
        seed: str = "",
        *,
        platforms: Sequence[str] = ("linux/amd64", "linux/arm64"),
        media_type: str = INDEX_TYPES[0],
    ) -> Digest:
        """Put an index of one image a platform under a tag, and the images beside it."""
        untagged = reference.rpartition(":")[0] if Reference.parse(reference).tag else reference
        children = []
        for platform in platforms:
            digest = self.push_image(untagged, seed, platform=platform)
            os, architecture, variant = (*platform.split("/"), "")[:3]
            children.append(
                {
                    "mediaType": IMAGE_TYPES[0],
                    "digest": str(digest),
                    "size": self.manifests[(*_place(untagged), digest)].descriptor.size,
                    "platform": {"os": os, "architecture": architecture, "variant": variant},
                }
            )
        body = _json({"schemaVersion": 2, "mediaType": media_type, "manifests": children})
        return self.put(reference, body, media_type)

    def children(self, reference: str, digest: Digest) -> Mapping[str, Digest]:
        """The digests of an index's children by platform."""
        manifest = self.manifests[(*_place(reference), digest)]
        return {str(child.platform): child.descriptor.digest for child in manifest.children}

    def delete(self, reference: str, digest: Digest) -> None:
        """Serve this digest no more; a tag that points to it is gone too."""
        registry, repository = _place(reference)
        del self.manifests[registry, repository, digest]
        for stream in [stream for stream, target in self.tags.items() if target == digest]:
            if (stream.registry, stream.repository) == (registry, repository):
                del self.tags[stream]

    def fail(self, start: str, failure: Failure, reason: str = "on purpose") -> None:
        """Leave every question unanswered whose ``registry/repository:tag`` or ``…@digest`` starts with ``start``."""
        self.failures[start] = Unresolved(failure, reason)

    async def resolve(self, stream: Stream) -> Descriptor | Unresolved:
        """What the tag points to now."""
        return self._asked("resolve", str(stream)) or self._found(stream)

    async def look(self, stream: Stream, etag: str | None = None) -> Look:
        """What the tag points to now; its digest in quotes is its entity tag."""
        found = self._asked("look", str(stream)) or self._found(stream)
        if isinstance(found, Descriptor) and etag == f'"{found.digest}"':
            return Unchanged()
        return look_of(found, etag=f'"{found.digest}"' if isinstance(found, Descriptor) else None)

    async def describe(self, registry: str, repository: str, digest: Digest) -> Descriptor | Unresolved:
        """Whether this digest is here, and what it is."""
        found = self._find("describe", registry, repository, digest)
        return found if isinstance(found, Unresolved) else found.descriptor

    async def manifest(self, registry: str, repository: str, digest: Digest) -> Manifest | Unresolved:
        """The manifest of this digest."""
        return self._find("manifest", registry, repository, digest)

    async def platform(self, registry: str, repository: str, image: Manifest) -> Platform | Unresolved:
        """The platform that the image's config names."""
        if refused := self._asked("platform", f"{registry}/{repository}@{image.descriptor.digest}"):
            return refused
        if image.config is None:
            return Unresolved(Failure.GARBAGE, "an index has no platform of its own")
        return self.platforms.get(image.config.digest) or _missing(f"{repository}@{image.config.digest}")

    def _asked(self, question: str, reference: str) -> Unresolved | None:
        self.calls.append((question, reference))
        return next(
            (failure for start, failure in self.failures.items() if reference.startswith(start)), None
        )

    def _found(self, stream: Stream) -> Descriptor | Unresolved:
        digest = self.tags.get(stream)
        if digest is None:
            return _missing(str(stream))
        return self.manifests[stream.registry, stream.repository, digest].descriptor

    def _find(self, question: str, registry: str, repository: str, digest: Digest) -> Manifest | Unresolved:
        if refused := self._asked(question, f"{registry}/{repository}@{digest}"):
            return refused
        return self.manifests.get((registry, repository, digest)) or _missing(f"{repository}@{digest}")


def _place(reference: str) -> tuple[str, str]:
    parsed = Reference.parse(reference)
    return parsed.registry, parsed.repository


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _missing(name: str) -> Unresolved:
    return Unresolved(Failure.NOT_FOUND, f"404: no {name}")
