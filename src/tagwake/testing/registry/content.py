"""The registry's content and what can be done to it; any thread may call."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from tagwake.testing.registry import grammar, manifest, record
from tagwake.testing.registry.happening import OCTETS, Happening
from tagwake.testing.registry.journal import Journal
from tagwake.testing.registry.keep import Draft, FolderKeep, Keep, MemoryKeep
from tagwake.testing.registry.refusal import Refusal, unknown_blob, unknown_manifest, unknown_name
from tagwake.testing.registry.repository import Manifest, Repository, TagEvent
from tagwake.testing.registry.state import State


class Content:
    """Manifests, tags, blobs and tag histories, in memory or in the folder ``root``.

    :param now: tells the time, aware, in UTC.
    :param sparse: take manifests whose blobs or children are not there.
    :raises UsageRefused: when the folder is in use or holds something else.
    """

    def __init__(self, root: Path | None, now: Callable[[], datetime], *, sparse: bool = False) -> None:
        self.listeners: list[Callable[[Happening], None]] = []
        self._lock = threading.RLock()
        self._now = now
        self._sparse = sparse
        journal = Journal(root) if root is not None else None
        self._keep: Keep = FolderKeep(root) if root is not None else MemoryKeep()
        self._state = State(self._keep, journal)

    # ------------------------------------------------------------------ what is there

    def repositories(self) -> list[str]:
        """The names of the repositories that have, or had, a manifest or a tag, sorted."""
        with self._lock:
            return sorted(
                name for name, each in self._state.repositories.items() if each.manifests or each.history
            )

    def tags(self, repository: str) -> list[str]:
        """The tags of ``repository``, sorted as the tag list is.

        :raises Refusal: NAME_UNKNOWN.
        """
        with self._lock:
            return sorted(self._known(repository).tags)

    def resolve(self, repository: str, reference: str) -> Manifest:
        """The manifest that a tag or digest names.

        :raises Refusal: NAME_UNKNOWN, MANIFEST_UNKNOWN.
        """
        with self._lock:
            known = self._known(repository)
            found = known.manifests.get(known.tags.get(reference, reference))
            if found is None:
                raise unknown_manifest(repository, reference)
            return found

    def digest(self, repository: str, tag: str) -> str:
        """The digest that ``tag`` points to."""
        return self.resolve(repository, tag).digest

    def content(self, repository: str, reference: str) -> bytes:
        """The bytes of the manifest that a tag or digest names."""
        with self._lock:
            found = self.resolve(repository, reference)
            return b"".join(self._keep.read(found.digest, 0, found.size))

    def blob_size(self, repository: str, digest: str) -> int:
        """Bytes of a blob of ``repository``.

        :raises Refusal: BLOB_UNKNOWN.
        """
        with self._lock:
            known = self._state.repositories.get(repository)
            if known is None or digest not in known.blobs:
                raise unknown_blob(repository, digest)
            return self._keep.size(digest)

    def blob_pieces(self, digest: str, start: int, stop: int) -> Iterator[bytes]:
        """The bytes of a blob from ``start`` up to ``stop``; ask for its size first."""
        return self._keep.read(digest, start, stop)

    def holder_of(self, digest: str) -> list[str]:
        """The repositories that have this blob, sorted."""
        with self._lock:
            return sorted(name for name, each in self._state.repositories.items() if digest in each.blobs)

    def referrers(self, repository: str, subject: str) -> list[Manifest]:
        """The manifests whose subject is ``subject``, oldest first."""
        with self._lock:
            known = self._state.repositories.get(repository)
            return list(known.referrers(subject)) if known else []

    def history(self, repository: str, tag: str) -> list[TagEvent]:
        """Every move and deletion of ``tag``, oldest first; empty where nothing is known."""
        with self._lock:
            known = self._state.repositories.get(repository)
            return list(known.history.get(tag, ())) if known else []

    # ------------------------------------------------------------------ change it

    def put_manifest(
        self,
        repository: str,
        content: bytes,
        *,
        content_type: str | None = None,
        tags: Sequence[str] = (),
        digest: str | None = None,
    ) -> Manifest:
        """Take in a manifest, under ``digest`` if given, and point ``tags`` to it, all at once.

        :raises Refusal: MANIFEST_INVALID, MANIFEST_BLOB_UNKNOWN, DIGEST_INVALID, NAME_INVALID, TAG_INVALID.
        """
        grammar.name(repository)
        for tag in tags:
            grammar.tag(tag)
        read = manifest.read(content, content_type)
        expected = grammar.digest(digest) if digest is not None else None
        actual = grammar.digest_of(content, expected.partition(":")[0] if expected else "sha256")
        if expected not in (None, actual):
            raise Refusal(400, "DIGEST_INVALID", f"the manifest's digest is {actual}, not {expected}")
        with self._lock:
            if not self._sparse:
                self._require(repository, read)
            put = record.ManifestPut(
                repository,
                actual,
                read.media_type,
                len(content),
                read.subject,
                read.artifact_type,
                read.annotations,
            )
            at = self._now()
            self._keep.put(actual, content)
            self._state.commit([put, *(record.TagSet(repository, tag, actual, at) for tag in tags)])
            for each in tags or (None,):
                self._tell(Happening("push", repository, actual, read.media_type, len(content), at, each))
            return self._state.repositories[repository].manifests[actual]

    def put_blob(self, repository: str, content: bytes, algorithm: str = "sha256") -> str:
        """Take in a blob; gives its digest."""
        draft = self.draft()
        draft.append(content)
        digest = grammar.digest_of(content, algorithm)
        self.finish_blob(repository, draft, digest)
        return digest

    def draft(self) -> Draft:
        """Room for a blob that comes in by and by."""
        with self._lock:
            return self._keep.draft()

    def finish_blob(self, repository: str, draft: Draft, digest: str) -> None:
        """Make what came in a blob of ``repository``.

        :raises Refusal: DIGEST_INVALID, NAME_INVALID.
        """
        grammar.name(repository)
        draft.check(grammar.digest(digest))  # outside the lock: hashing takes its time
        with self._lock:
            draft.move_to(digest)
            self._link(repository, digest, "push", None)

    def mount(self, repository: str, digest: str, source: str) -> bool:
        """Make a blob of ``source`` a blob of ``repository`` as well; False where ``source`` has it not."""
        grammar.name(repository)
        with self._lock:
            known = self._state.repositories.get(source)
            if known is None or digest not in known.blobs:
                return False
            self._link(repository, digest, "mount", source)
            return True

    def delete_blob(self, repository: str, digest: str) -> None:
        """Let ``repository`` have the blob no more.

        :raises Refusal: BLOB_UNKNOWN.
        """
        with self._lock:
            size = self.blob_size(repository, digest)
            self._state.commit([record.BlobDeleted(repository, digest)])
            self._tell(Happening("delete", repository, digest, OCTETS, size, self._now()))

    def tag(self, repository: str, tag: str, digest: str) -> None:
        """Point ``tag`` to a manifest that is there.

        :raises Refusal: MANIFEST_UNKNOWN, TAG_INVALID.
        """
        grammar.tag(tag)
        with self._lock:
            found = self.resolve(repository, digest)
            at = self._now()
            self._state.commit([record.TagSet(repository, tag, found.digest, at)])
            self._tell(Happening("push", repository, found.digest, found.media_type, found.size, at, tag))

    def untag(self, repository: str, tag: str) -> None:
        """Delete ``tag``; what it pointed to stays.

        :raises Refusal: MANIFEST_UNKNOWN.
        """
        with self._lock:
            if tag not in self._known(repository).tags:
                raise unknown_manifest(repository, tag)
            found, at = self.resolve(repository, tag), self._now()
            self._state.commit([record.TagDeleted(repository, tag, at)])
            self._tell(Happening("delete", repository, None, found.media_type, found.size, at, tag))

    def delete(self, repository: str, digest: str) -> None:
        """Delete a manifest, and with it every tag that points to it.

        :raises Refusal: MANIFEST_UNKNOWN, DIGEST_INVALID.
        """
        grammar.digest(digest)
        with self._lock:
            found, at = self.resolve(repository, digest), self._now()
            tags = self._known(repository).tags_of(digest)
            self._state.commit([record.ManifestDeleted(repository, digest, at)])
            self._tell(Happening("delete", repository, digest, found.media_type, found.size, at))
            for tag in tags:
                self._tell(Happening("delete", repository, None, found.media_type, found.size, at, tag))

    # ------------------------------------------------------------------ inside

    def close(self) -> None:
        """Let another process have the folder."""
        with self._lock:
            self._state.close()

    def tell_pull(
        self, repository: str, digest: str, media_type: str, size: int, tag: str | None = None
    ) -> None:
        """Tell the listeners that a manifest or blob was fetched."""
        if self.listeners:
            self._tell(Happening("pull", repository, digest, media_type, size, self._now(), tag))

    def _known(self, repository: str) -> Repository:
        known = self._state.repositories.get(repository)
        if known is None:
            raise unknown_name(repository)
        return known

    def _require(self, repository: str, read: manifest.Read) -> None:
        known = self._state.repositories.get(repository, Repository())
        absent = [each for each in read.blobs if each not in known.blobs]
        absent += [each for each in read.manifests if each not in known.manifests]
        if absent:
            raise Refusal(404, "MANIFEST_BLOB_UNKNOWN", f"push first what the manifest names: {absent[0]}")

    def _link(
        self, repository: str, digest: str, action: Literal["push", "mount"], source: str | None
    ) -> None:
        self._state.commit([record.BlobLinked(repository, digest)])
        size = self._keep.size(digest)
        self._tell(Happening(action, repository, digest, OCTETS, size, self._now(), source=source))

    def _tell(self, happening: Happening) -> None:
        for listener in self.listeners:
            listener(happening)
