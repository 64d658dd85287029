"""The store of a registry, for Python without HTTP: its content, and small images made up on the spot."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from tagwake.testing.registry import image
from tagwake.testing.registry.content import Content
from tagwake.testing.registry.happening import OCTETS


class Store(Content):
    """Content that can also be made up: images, indexes and artifacts, the same bytes for the same arguments."""

    def push_image(
        self,
        repository: str,
        tag: str | None = None,
        *,
        platform: str = "linux/amd64",
        seed: str = "",
        files: Mapping[str, bytes] | None = None,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
        docker: bool = False,
    ) -> str:
        """Push a small image; gives its digest, which depends on the arguments but ``repository`` and ``tag`` only.

        :param platform: ``os/architecture[/variant]``.
        :param seed: whatever makes this image another one.
        :param files: path -> content of its one layer.
        :param docker: with Docker's media types instead of OCI's.
        """
        made = image.image(platform, seed, files or {}, labels or {}, annotations or {}, docker=docker)
        for blob in made.blobs:
            self.put_blob(repository, blob)
        return self.put_manifest(repository, made.manifest, tags=[tag] if tag else []).digest

    def push_index(
        self,
        repository: str,
        tag: str | None = None,
        *,
        platforms: Sequence[str] = ("linux/amd64", "linux/arm64/v8"),
        seed: str = "",
        children: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
        docker: bool = False,
    ) -> str:
        """Push an index with an image of each platform; gives the index's digest.

        :param children: platform -> digest of an image that is there already, used instead of a new one.
        """
        given = children or {}
        named = [
            (
                each,
                self.resolve(
                    repository,
                    given.get(each) or self.push_image(repository, platform=each, seed=seed, docker=docker),
                ),
            )
            for each in (*platforms, *(other for other in given if other not in platforms))
        ]
        content = image.index(named, annotations or {}, docker=docker)
        return self.put_manifest(repository, content, tags=[tag] if tag else []).digest

    def push_artifact(
        self,
        repository: str,
        content: bytes,
        *,
        artifact_type: str,
        subject: str | None = None,
        tag: str | None = None,
        layer_type: str = OCTETS,
        annotations: Mapping[str, str] | None = None,
    ) -> str:
        """Push an artifact of one layer, a referrer of ``subject`` if given; gives its digest."""
        target = self.resolve(repository, subject) if subject else None
        made = image.artifact(content, artifact_type, layer_type, target, annotations or {})
        for blob in made.blobs:
            self.put_blob(repository, blob)
        return self.put_manifest(repository, made.manifest, tags=[tag] if tag else []).digest


def system_time() -> datetime:
    """The system's time, for registries that are told no other."""
    return datetime.now(UTC)  # noqa: TID251 - a server's own clock; tests pass theirs
