"""What a folder keeps: it survives a restart, a crash in any write, and belongs to one registry at a time."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tagwake.core.errors import UsageRefused
from tagwake.testing.registry import EmbeddedRegistry, Refusal, Store, grammar


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def filled(root: Path) -> tuple[str, str]:
    store = Store(root, now)
    first = store.push_index("team/app", tag="1.0", seed="a")
    second = store.push_index("team/app", tag="1.0", seed="b")
    store.close()
    return first, second


def test_everything_is_there_again(tmp_path: Path) -> None:
    first, second = filled(tmp_path)
    store = Store(tmp_path, now)
    assert store.digest("team/app", "1.0") == second
    assert [each.manifest.digest for each in store.history("team/app", "1.0")] == [first, second]
    assert grammar.digest_of(store.content("team/app", first)) == first
    store.close()


def test_no_name_of_a_repository_becomes_a_path(tmp_path: Path) -> None:
    filled(tmp_path)
    for path in tmp_path.rglob("*"):
        assert "team" not in path.name
        assert "app" not in path.name


def test_a_journal_cut_anywhere_gives_a_state_that_was(tmp_path: Path) -> None:
    filled(tmp_path)
    journal = (tmp_path / "journal").read_bytes()
    states = set()
    edges = [at for at, byte in enumerate(journal) if byte == 10]
    cuts = {*range(0, len(journal), 61), *(edge + step for edge in edges for step in (-1, 0, 1))}
    for cut in sorted(cuts - {len(journal)}):
        (tmp_path / "journal").write_bytes(journal[:cut])
        store = Store(tmp_path, now)
        history = store.history("team/app", "1.0")
        states.add(tuple(each.manifest.digest for each in history))
        store.close()
        kept = (tmp_path / "journal").read_bytes()
        assert kept == journal[: len(kept)] or cut == 0
        assert kept.endswith(b"\n")
    assert len(states) == 2, "nothing, or the first index: the second was never wholly written"


def test_a_damaged_journal_is_named(tmp_path: Path) -> None:
    filled(tmp_path)
    path = tmp_path / "journal"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], b"[{\n", *lines[1:]]))
    with pytest.raises(UsageRefused, match=r"journal:2: the journal is damaged"):
        Store(tmp_path, now)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(b"dear diary\n")
    with pytest.raises(UsageRefused, match="no journal of this version"):
        Store(tmp_path, now)
    assert (tmp_path / "journal").read_bytes() == b"dear diary\n"


def test_one_registry_at_a_time_has_the_folder(tmp_path: Path) -> None:
    store = Store(tmp_path, now)
    with pytest.raises(UsageRefused, match="in use by another registry"):
        Store(tmp_path, now)
    store.close()
    Store(tmp_path, now).close()


def test_what_a_crash_left_over_is_swept_out(tmp_path: Path) -> None:
    filled(tmp_path)
    orphan = tmp_path / "blobs" / "sha256" / "aa" / ("a" * 64)
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"between its rename and its line in the journal")
    draft = tmp_path / "drafts" / "draft-1"
    draft.write_bytes(b"half an upload")
    Store(tmp_path, now).close()
    assert not orphan.exists()
    assert not draft.exists()


def test_wrong_content_never_gets_a_place(tmp_path: Path) -> None:
    store = Store(tmp_path, now)
    draft = store.draft()
    draft.append(b"content")
    with pytest.raises(Refusal, match="the content's digest is"):
        store.finish_blob("app", draft, grammar.digest_of(b"other"))
    draft.discard()
    assert not list(tmp_path.glob("blobs/*/*/*"))
    assert not list(tmp_path.glob("drafts/*"))
    store.close()


def test_a_full_disk_leaves_the_state_and_the_journal_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path, now)
    store.put_manifest("app", b'{"schemaVersion":2}', tags=["1"])
    before = (tmp_path / "journal").read_bytes()

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("tagwake.testing.registry.journal.os.fsync", fail)
        with pytest.raises(OSError, match="No space left"):
            store.tag("app", "2", store.digest("app", "1"))
    assert store.tags("app") == ["1"]
    assert (tmp_path / "journal").read_bytes() == before
    store.tag("app", "3", store.digest("app", "1"))
    store.close()
    again = Store(tmp_path, now)
    assert again.tags("app") == ["1", "3"]
    again.close()


async def test_a_registry_on_a_folder_restarts_on_its_port(tmp_path: Path) -> None:
    registry = EmbeddedRegistry(tmp_path)
    await registry.start()
    host, digest = registry.host, registry.store.push_image("app", tag="1")
    await registry.stop()
    async with registry:
        assert registry.host == host
        assert registry.store.digest("app", "1") == digest
