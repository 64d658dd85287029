"""The storage of a distribution registry on disk."""

import os
from datetime import UTC, datetime

import pytest

from tagwake.adapters.history_sources.storage_tree import read_storage
from tagwake.core.errors import UsageRefused

DAY = 86_400
START = 1_767_225_600  # 2026-01-01


class Storage:
    def __init__(self, root):
        self.root = root

    def link(self, path, letter, day):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"sha256:{letter * 64}")
        os.utime(file, (START + day * DAY, START + day * DAY))

    def tag(self, repository, tag, letter, day):
        """What a push writes."""
        folder = f"{repository}/_manifests/tags/{tag}"
        self.link(f"{folder}/index/sha256/{letter * 64}/link", letter, day)
        self.link(f"{folder}/current/link", letter, day)


@pytest.fixture
def storage(tmp_path):
    return Storage(tmp_path / "docker/registry/v2/repositories")


def read(root):
    return [
        (str(each.stream), each.digest.hex[0], (each.seen_at - datetime(2026, 1, 1, tzinfo=UTC)).days)
        for each in read_storage(str(root), "r.example")
    ]


def test_each_digest_that_a_tag_ever_had(storage, tmp_path):
    storage.tag("team/app", "1", "a", 1)
    storage.tag("team/app", "1", "b", 3)
    storage.tag("team/app/deep", "x", "c", 2)
    expected = [
        ("r.example/team/app:1", "a", 1),
        ("r.example/team/app:1", "b", 3),
        ("r.example/team/app/deep:x", "c", 2),
    ]
    for root in (tmp_path, tmp_path / "docker/registry", storage.root.parent, storage.root):
        assert read(root) == expected
    assert {each.how for each in read_storage(str(tmp_path), "r.example")} == {"import:distribution"}


def test_a_tag_that_was_set_back_ends_where_it_is(storage, tmp_path):
    storage.tag("app", "1", "a", 1)
    storage.tag("app", "1", "b", 3)
    storage.link("app/_manifests/tags/1/current/link", "a", 2)  # a copy that touched the index's files
    assert [letter for _, letter, _ in read(tmp_path)] == ["a", "b", "a"]


def test_what_is_no_link_is_passed_over(storage, tmp_path):
    storage.tag("app", "1", "a", 1)
    (storage.root / "app/_manifests/tags/1/index/sha256/odd").mkdir()
    (storage.root / "app/_manifests/tags/1/index/sha256/odd/link").write_text("nothing")
    (storage.root / "app/_manifests/tags/-").mkdir()
    (storage.root / "Upper/_manifests/tags/1/current").mkdir(parents=True)
    (storage.root / "loop").symlink_to(storage.root)
    assert len(read(tmp_path)) == 1


def test_where_there_is_no_storage(tmp_path):
    with pytest.raises(UsageRefused, match="no storage of a distribution registry"):
        list(read_storage(str(tmp_path), "r.example"))
