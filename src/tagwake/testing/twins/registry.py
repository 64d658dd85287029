"""An in-memory twin of the port Registry: a table of tags, manifests by digest, and failures on purpose."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tagwake.core.digest import Digest
from tagwake.core.manifest import IMAGE_TYPES, INDEX_TYPES, Child, Descriptor, Manifest
from tagwake.core.platform import Platform
from tagwake.core.reference import Reference, Stream
from tagwake.core.resolution import Failure, Unresolved

Call = tuple[str, str]
"""What was asked, ``resolve``, ``describe``, ``manifest`` or ``platform``, and of which reference."""


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
        config = json.dumps({"platform": platform, "seed": seed}).encode()
        config_digest = Digest.of(config)
        self.platforms[config_digest] = Platform.parse(platform)
        body = json.dumps({"mediaType": media_type, "config": str(config_digest)}).encode()
        descriptor = Descriptor(Digest.of(body, algorithm), media_type, len(body))
        config_type = "application/vnd.oci.image.config.v1+json"
        self._put(reference, Manifest(descriptor, config=Descriptor(config_digest, config_type, len(config))))
        return descriptor.digest

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
            child = self.manifests[(*_place(untagged), digest)]
            children.append(Child(child.descriptor, Platform.parse(platform)))
        body = json.dumps([str(child.descriptor.digest) for child in children]).encode()
        descriptor = Descriptor(Digest.of(body), media_type, len(body))
        self._put(reference, Manifest(descriptor, tuple(children)))
        return descriptor.digest

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
        if refused := self._asked("resolve", str(stream)):
            return refused
        digest = self.tags.get(stream)
        if digest is None:
            return _missing(str(stream))
        return self.manifests[stream.registry, stream.repository, digest].descriptor

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

    def _put(self, reference: str, manifest: Manifest) -> None:
        parsed = Reference.parse(reference)
        digest = manifest.descriptor.digest
        self.manifests[parsed.registry, parsed.repository, digest] = manifest
        if parsed.stream is not None:
            self.tags[parsed.stream] = digest

    def _asked(self, question: str, reference: str) -> Unresolved | None:
        self.calls.append((question, reference))
        return next(
            (failure for start, failure in self.failures.items() if reference.startswith(start)), None
        )

    def _find(self, question: str, registry: str, repository: str, digest: Digest) -> Manifest | Unresolved:
        if refused := self._asked(question, f"{registry}/{repository}@{digest}"):
            return refused
        return self.manifests.get((registry, repository, digest)) or _missing(f"{repository}@{digest}")


def _place(reference: str) -> tuple[str, str]:
    parsed = Reference.parse(reference)
    return parsed.registry, parsed.repository


def _missing(name: str) -> Unresolved:
    return Unresolved(Failure.NOT_FOUND, f"404: no {name}")
