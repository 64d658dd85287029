"""One repository of the registry: its manifests, tags, blobs, and what became of each tag."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from tagwake.testing.registry import record


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest in a repository: what its descriptor says, and what the referrers API lists of it."""

    digest: str
    media_type: str
    size: int
    subject: str | None
    artifact_type: str | None
    annotations: dict[str, str]


@dataclass(frozen=True, slots=True)
class TagEvent:
    """A tag got a manifest, or lost the one it had; ``at`` rises strictly within a tag."""

    sequence: int
    at: datetime
    kind: Literal["created", "deleted"]
    manifest: Manifest


@dataclass(slots=True)
class Repository:
    """The state of one repository; it changes only by records."""

    manifests: dict[str, Manifest] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    blobs: set[str] = field(default_factory=set)
    history: dict[str, list[TagEvent]] = field(default_factory=dict)
    by_subject: dict[str, dict[str, None]] = field(default_factory=dict)

    def referrers(self, subject: str) -> Iterator[Manifest]:
        """The manifests that name ``subject``, in the order in which they came."""
        return (self.manifests[digest] for digest in self.by_subject.get(subject, ()))

    def tags_of(self, digest: str) -> list[str]:
        """The tags that point to ``digest``."""
        return [tag for tag, target in self.tags.items() if target == digest]

    def put_manifest(self, put: record.ManifestPut) -> None:
        """Take in a manifest."""
        self.manifests[put.digest] = Manifest(
            put.digest, put.media_type, put.size, put.subject, put.artifact_type, put.annotations
        )
        if put.subject:
            self.by_subject.setdefault(put.subject, {})[put.digest] = None

    def delete_manifest(self, digest: str, at: datetime) -> None:
        """Let a manifest go, and every tag that points to it."""
        for tag in self.tags_of(digest):
            self.delete_tag(tag, at)
        gone = self.manifests.pop(digest)
        if gone.subject:
            del self.by_subject[gone.subject][digest]
            if not self.by_subject[gone.subject]:
                del self.by_subject[gone.subject]

    def set_tag(self, tag: str, digest: str, at: datetime) -> None:
        """Point ``tag`` to a manifest; to set it where it stands is no event."""
        if self.tags.get(tag) != digest:
            self.tags[tag] = digest
            self._remember(tag, at, "created", self.manifests[digest])

    def delete_tag(self, tag: str, at: datetime) -> None:
        """Let a tag go."""
        self._remember(tag, at, "deleted", self.manifests[self.tags.pop(tag)])

    def _remember(
        self, tag: str, at: datetime, kind: Literal["created", "deleted"], manifest: Manifest
    ) -> None:
        past = self.history.setdefault(tag, [])
        if past and at <= past[-1].at:
            at = past[-1].at + timedelta(microseconds=1)  # a page's edge never falls between equal times
        past.append(TagEvent(len(past) + 1, at, kind, manifest))
