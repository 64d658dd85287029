"""All repositories of a registry, kept as what the records add up to; a folder's journal makes them last."""

from collections import Counter
from collections.abc import Sequence
from typing import assert_never

from tagwake.testing.registry import record
from tagwake.testing.registry.journal import Journal
from tagwake.testing.registry.keep import FolderKeep, Keep
from tagwake.testing.registry.repository import Repository


class State:
    """Repositories by name; with a journal, what was committed is there again after a restart."""

    def __init__(self, keep: Keep, journal: Journal | None) -> None:
        self.repositories: dict[str, Repository] = {}
        self._keep = keep
        self._journal = journal
        self._uses: Counter[str] = Counter()
        if journal is not None:
            self._replay(journal)
        if isinstance(keep, FolderKeep):
            keep.sweep(self._uses)

    def commit(self, records: Sequence[record.Record]) -> None:
        """Let ``records`` happen, all or none of them, and free the content that nothing uses any more."""
        if self._journal is not None:
            self._journal.append(records)
        for each in records:
            digest = self._apply(each)
            if digest is not None and digest not in self._uses:
                self._keep.drop(digest)

    def close(self) -> None:
        """Let another process have the folder."""
        if self._journal is not None:
            self._journal.close()

    def _replay(self, journal: Journal) -> None:
        try:
            for each in journal.replay():
                self._apply(each)
        except BaseException:
            journal.close()
            raise

    def _apply(self, each: record.Record) -> str | None:
        """Change the state by one record; gives the digest that lost a use."""
        repository = self.repositories.setdefault(each.repository, Repository())
        match each:
            case record.ManifestPut():
                if each.digest not in repository.manifests:
                    self._uses[each.digest] += 1
                repository.put_manifest(each)
            case record.ManifestDeleted():
                repository.delete_manifest(each.digest, each.at)
                return self._unuse(each.digest)
            case record.TagSet():
                repository.set_tag(each.tag, each.digest, each.at)
            case record.TagDeleted():
                repository.delete_tag(each.tag, each.at)
            case record.BlobLinked():
                if each.digest not in repository.blobs:
                    self._uses[each.digest] += 1
                    repository.blobs.add(each.digest)
            case record.BlobDeleted():
                repository.blobs.discard(each.digest)
                return self._unuse(each.digest)
            case _ as never:
                assert_never(never)
        return None

    def _unuse(self, digest: str) -> str:
        self._uses[digest] -= 1
        if self._uses[digest] <= 0:
            del self._uses[digest]
        return digest
