"""A registry in memory, one in a folder, and a plain model go through the same; restarts change nothing."""

import itertools
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from tagwake.testing.registry import Refusal, Store, grammar

START = datetime(2026, 1, 1, tzinfo=UTC)
REPOSITORIES = st.sampled_from(["app", "team/app", "x"])
TAGS = st.sampled_from(["latest", "1.0", "1.1"])
SEEDS = st.sampled_from("abc")


def document(seed: str, subject: str | None) -> bytes:
    """A manifest without blobs."""
    named = f',"subject":{{"digest":"{subject}","mediaType":"m/n","size":1}}' if subject else ""
    return (
        f'{{"schemaVersion":2,"artifactType":"test/{seed}","annotations":{{"s":"{seed}"}}{named}}}'.encode()
    )


class Registries(RuleBasedStateMachine):
    """The same calls to both stores and the model; each gives the same answer, or refuses with the same code."""

    manifests = Bundle[tuple[str, str]]("manifests")
    blobs = Bundle[tuple[str, str]]("blobs")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.time = START
        self.memory = Store(None, self.now)
        self.files = Store(self.folder, self.now)
        self.tags: dict[tuple[str, str], str] = {}
        self.known: dict[tuple[str, str], bytes] = {}
        self.blob_links: set[tuple[str, str]] = set()
        self.history: dict[tuple[str, str], list[tuple[str, str]]] = {}

    def now(self) -> datetime:
        return self.time

    def both(self, call: Callable[[Store], Any]) -> Any:
        """The outcome of both, which must be one: a value, or the code of a refusal."""
        outcomes = []
        for store in (self.memory, self.files):
            try:
                outcomes.append(call(store))
            except Refusal as refusal:
                outcomes.append(refusal.code)
        assert outcomes[0] == outcomes[1]
        return outcomes[0]

    @initialize()
    def begin(self) -> None:
        assert self.both(lambda store: store.repositories()) == []

    @rule(seconds=st.sampled_from([0, 1, -5]))
    def time_goes_on(self, seconds: int) -> None:
        self.time += timedelta(seconds=seconds)

    @rule(
        target=manifests,
        repository=REPOSITORIES,
        tag=TAGS,
        seed=SEEDS,
        algorithm=st.sampled_from(["sha256", "sha512"]),
    )
    def push(self, repository: str, tag: str, seed: str, algorithm: str) -> tuple[str, str]:
        content = document(seed, None)
        digest = grammar.digest_of(content, algorithm)
        pushed = self.both(lambda store: store.put_manifest(repository, content, tags=[tag], digest=digest))
        assert pushed.digest == digest
        self.known[repository, digest] = content
        self.model_tag(repository, tag, digest)
        return repository, digest

    @rule(target=manifests, subject=manifests, seed=SEEDS)
    def refer(self, subject: tuple[str, str], seed: str) -> tuple[str, str]:
        repository, digest = subject
        content = document(seed, digest)
        pushed = self.both(lambda store: store.put_manifest(repository, content))
        self.known[repository, pushed.digest] = content
        return repository, str(pushed.digest)

    @rule(manifest=manifests, tag=TAGS)
    def move_tag(self, manifest: tuple[str, str], tag: str) -> None:
        outcome = self.both(lambda store: store.tag(manifest[0], tag, manifest[1]))
        assert (outcome is None) == (manifest in self.known)
        if manifest in self.known:
            self.model_tag(*manifest[:1], tag, manifest[1])

    @rule(repository=REPOSITORIES, tag=TAGS)
    def untag(self, repository: str, tag: str) -> None:
        outcome = self.both(lambda store: store.untag(repository, tag))
        assert (outcome is None) == ((repository, tag) in self.tags)
        if outcome is None:
            self.model_untag(repository, tag)

    @rule(manifest=consumes(manifests))
    def delete(self, manifest: tuple[str, str]) -> None:
        outcome = self.both(lambda store: store.delete(*manifest))
        assert (outcome is None) == (manifest in self.known)
        if outcome is None:
            del self.known[manifest]
            for repository, tag in [
                each for each, target in self.tags.items() if (each[0], target) == manifest
            ]:
                self.model_untag(repository, tag)

    @rule(target=blobs, repository=REPOSITORIES, content=st.binary(max_size=3))
    def push_blob(self, repository: str, content: bytes) -> tuple[str, str]:
        digest = self.both(lambda store: store.put_blob(repository, content))
        self.blob_links.add((repository, digest))
        return repository, str(digest)

    @rule(target=blobs, blob=blobs, repository=REPOSITORIES)
    def mount(self, blob: tuple[str, str], repository: str) -> tuple[str, str]:
        source, digest = blob
        assert self.both(lambda store: store.mount(repository, digest, source)) == (blob in self.blob_links)
        if blob in self.blob_links:
            self.blob_links.add((repository, digest))
        return repository, digest

    @rule(blob=blobs)
    def delete_blob(self, blob: tuple[str, str]) -> None:
        outcome = self.both(lambda store: store.delete_blob(*blob))
        assert outcome == (None if blob in self.blob_links else "BLOB_UNKNOWN")
        self.blob_links.discard(blob)

    @rule(torn=st.binary(max_size=5).filter(lambda tail: b"\n" not in tail))
    def restart(self, torn: bytes) -> None:
        self.files.close()
        with (self.folder / "journal").open("ab") as journal:
            journal.write(torn)  # a crash in the middle of a write
        self.files = Store(self.folder, self.now)

    @invariant()
    def all_agree(self) -> None:
        for store in (self.memory, self.files):
            for repository, digest in self.known:
                assert store.content(repository, digest) == self.known[repository, digest]
            for (repository, tag), digest in self.tags.items():
                assert store.digest(repository, tag) == digest
            for (repository, tag), events in self.history.items():
                told = store.history(repository, tag)
                assert [(each.kind, each.manifest.digest) for each in told] == events
                assert all(a.at < b.at for a, b in itertools.pairwise(told))
            for repository, digest in self.blob_links:
                content = b"".join(store.blob_pieces(digest, 0, store.blob_size(repository, digest)))
                assert grammar.digest_of(content) == digest
        for repository in self.both(lambda store: store.repositories()):
            live = sorted(tag for name, tag in self.tags if name == repository)
            assert self.both(partial(Store.tags, repository=repository)) == live
            for _, digest in self.known:
                self.both(partial(Store.referrers, repository=repository, subject=digest))

    @invariant()
    def nothing_is_kept_that_nobody_has(self) -> None:
        wanted = {digest for _, digest in (*self.known, *self.blob_links)}
        kept = {f"{path.parent.parent.name}:{path.name}" for path in self.folder.glob("blobs/*/*/*")}
        assert kept == wanted
        assert not list(self.folder.glob("drafts/*"))

    def teardown(self) -> None:
        self.files.close()
        shutil.rmtree(self.folder)

    def model_tag(self, repository: str, tag: str, digest: str) -> None:
        if self.tags.get((repository, tag)) != digest:
            self.tags[repository, tag] = digest
            self.history.setdefault((repository, tag), []).append(("created", digest))

    def model_untag(self, repository: str, tag: str) -> None:
        self.history[repository, tag].append(("deleted", self.tags.pop((repository, tag))))


TestRegistries = pytest.mark.slow(Registries.TestCase)
TestRegistries.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
