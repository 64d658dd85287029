"""What is remembered is what would be read: whatever git, its filters and line endings make of a file."""

import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.adapters.worktree.grove import git, repository, write

from tagwake.adapters.worktree import cache_folder, folder_worktree, open_worktree, scan_cache
from tagwake.core.pin import FileScan, Form, PlacedReference
from tagwake.testing.contracts.worktree import FirstLineReader, scans_of

Opening = Callable[[], dict[str, str | None]]


class CountingReader(FirstLineReader):
    """Gives a file's whole text with its length, so that no change goes unseen, and counts what it is asked to read."""

    version = "1"

    def __init__(self) -> None:
        self.read: list[str] = []

    def kind(self, path: str) -> str:
        return path

    def __call__(self, path: str, data: bytes) -> FileScan:
        self.read.append(path)
        if b"\0" in data:
            return FileScan(path, skipped="binary")
        if not data:
            return FileScan(path)
        text = data.decode("latin-1")
        return FileScan(path, (PlacedReference((0, len(data)), text, Form.INVALID, "text", 1, 1, text),))


@pytest.fixture(autouse=True)
def remember_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remember small trees too, and files that were changed a moment ago: a clock tick, not two seconds."""
    monkeypatch.setattr(folder_worktree, "LARGE", 0)
    monkeypatch.setattr(folder_worktree, "SETTLING", 20_000_000)


class Remembering:
    """A tree that is scanned again and again with one cache."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self.cache = cache
        self.reader = CountingReader()

    def scan(self, **options: object) -> dict[str, str | None]:
        """What a scan with the cache says, which is what one without says; ``reader.read`` is what it had to read."""
        time.sleep(0.03)
        self.reader = CountingReader()
        remembered = self._scans(self.reader, str(self.cache), **options)
        assert remembered == self._scans(CountingReader(), None, **options)
        return {
            scan.path: scan.references[0].text if scan.references else scan.skipped for scan in remembered
        }

    def _scans(self, reader: CountingReader, cache: str | None, **options: object) -> list[FileScan]:
        return scans_of(open_worktree([str(self.folder)], cache=cache, **options), reader)  # type: ignore[arg-type]


@pytest.fixture
def tree(tmp_path: Path) -> Remembering:
    return Remembering(tmp_path / "tree", tmp_path / "cache")


def test_a_second_run_reads_nothing(tree: Remembering) -> None:
    write(tree.folder, {"a": "a", "b/c": "c", "empty": "", "bin": "x\0"})
    first = tree.scan()
    assert tree.reader.read == ["a", "b/c", "bin", "empty"]
    assert tree.scan() == first == {"a": "a", "b/c": "c", "bin": "binary"}
    assert tree.reader.read == []


def test_only_what_changed_is_read(tree: Remembering) -> None:
    write(tree.folder, {f"f{at}": f"{at}" for at in range(1500)})
    tree.scan()
    write(tree.folder, {"f7": "8", "new": "n", "f9": "longer"})
    (tree.folder / "f3").unlink()
    (tree.folder / "f5").chmod(0o600)
    tree.scan()
    assert tree.reader.read == ["f5", "f7", "f9", "new"]
    tree.scan()
    assert tree.reader.read == []


def test_a_file_that_was_just_changed_is_not_trusted(
    tree: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second change within the same tick of the file system's clock would leave no trace."""
    monkeypatch.setattr(folder_worktree, "SETTLING", 3_600_000_000_000)
    write(tree.folder, {"a": "a"})
    tree.scan()
    tree.scan()
    assert tree.reader.read == ["a"]


def test_a_time_in_the_future_is_not_trusted(tree: Remembering) -> None:
    write(tree.folder, {"a": "a"})
    os.utime(tree.folder / "a", (2**33, 2**33))
    tree.scan()
    tree.scan()
    assert tree.reader.read == ["a"]


def test_a_change_that_puts_size_and_time_back_is_seen(tree: Remembering) -> None:
    write(tree.folder, {"a": "one"})
    tree.scan()
    status = (tree.folder / "a").stat()
    write(tree.folder, {"a": "two"})
    os.utime(tree.folder / "a", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert tree.scan() == {"a": "two"}


def test_a_file_swapped_for_another_of_the_same_size_and_time_is_seen(tree: Remembering) -> None:
    write(tree.folder, {"a": "one", "b": "two"})
    for name in "ab":
        os.utime(tree.folder / name, (1, 1))
    tree.scan()
    (tree.folder / "a").rename(tree.folder / "c")
    (tree.folder / "b").rename(tree.folder / "a")
    (tree.folder / "c").rename(tree.folder / "b")
    assert tree.scan() == {"a": "two", "b": "one"}


def test_git_that_changes_bytes_under_a_clean_index_is_seen(tree: Remembering) -> None:
    """``core.autocrlf`` on at first, off later: the same blob, and the index clean both times."""
    repository(tree.folder, {"a": "1\n2\n", ".gitattributes": ""})
    tree.scan()
    for setting, text in (("true", "1\r\n2\r\n"), ("false", "1\n2\n"), ("input", "1\n2\n")):
        git(tree.folder, "config", "core.autocrlf", setting)
        (tree.folder / "a").unlink()
        git(tree.folder, "checkout", "-q", "--", "a")
        assert tree.scan()["a"] == text
        assert git(tree.folder, "status", "--porcelain") == ""


def test_mixed_line_endings_of_one_blob_and_one_size(tree: Remembering) -> None:
    """Both texts are the blob ``1 2`` to git, with the same size; their offsets differ."""
    repository(tree.folder, {".gitattributes": "* text=auto\n", "a": "1\n2\n"})
    for text in ("1\r\n2\n", "1\n2\r\n", "1\r\n2\n"):
        write(tree.folder, {"a": text})
        git(tree.folder, "add", "a")
        assert tree.scan()["a"] == text
        assert git(tree.folder, "status", "--porcelain") == ""


def test_renormalising_is_seen(tree: Remembering) -> None:
    repository(tree.folder, {"a": "1\r\n"})
    tree.scan()
    write(tree.folder, {".gitattributes": "a text eol=lf\n"})
    git(tree.folder, "add", "--renormalize", ".")
    git(tree.folder, "commit", "-qam", "lf")
    assert tree.scan()["a"] == "1\r\n"
    (tree.folder / "a").unlink()
    git(tree.folder, "checkout", "-q", "--", "a")
    assert tree.scan()["a"] == "1\n"


@pytest.mark.parametrize("attribute", ["filter=swap", "ident", "working-tree-encoding=UTF-16LE", "eol=crlf"])
def test_attributes_that_change_bytes_on_checkout(tree: Remembering, attribute: str) -> None:
    repository(tree.folder, {"a": "$Id$\nab\n"})
    git(tree.folder, "config", "filter.swap.smudge", "tr ab ba")
    git(tree.folder, "config", "filter.swap.clean", "tr ab ba")
    before = tree.scan()["a"]
    write(tree.folder, {".gitattributes": f"a {attribute}\n"})
    (tree.folder / "a").unlink()
    git(tree.folder, "checkout", "-q", "--", "a")
    assert tree.scan()["a"] != before
    (tree.folder / ".gitattributes").unlink()
    (tree.folder / "a").unlink()
    git(tree.folder, "checkout", "-q", "--", "a")
    assert tree.scan()["a"] == before


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_flags_that_blind_git_do_not_blind_us(tree: Remembering, flag: str) -> None:
    repository(tree.folder, {"a": "one"})
    tree.scan()
    git(tree.folder, "update-index", flag, "a")
    write(tree.folder, {"a": "two"})
    assert git(tree.folder, "status", "--porcelain") == ""
    assert tree.scan() == {"a": "two"}


@pytest.mark.parametrize("option", [["--object-format=sha256"], []])
def test_kinds_of_index_make_no_difference(tree: Remembering, option: list[str]) -> None:
    repository(tree.folder, {"a": "a", "b": "b"}, *option)
    git(tree.folder, "update-index", "--split-index")
    first = tree.scan()
    write(tree.folder, {"b": "c"})
    git(tree.folder, "add", "b")
    git(tree.folder, "update-index", "--index-version=4")
    assert tree.scan() == first | {"b": "c"}
    assert tree.reader.read == ["b"]


def test_racy_edits_of_the_same_size(tree: Remembering) -> None:
    """As fast as can be: what was changed a moment ago is read again."""
    repository(tree.folder, {"a": "0"})
    for text in "1234567":
        tree.scan()
        (tree.folder / "a").write_text(text)
        assert tree.scan()["a"] == text


def test_a_folder_that_became_a_symlink(tree: Remembering, tmp_path: Path) -> None:
    repository(tree.folder, {"d/a": "a"})
    tree.scan()
    (tree.folder / "d").rename(tmp_path / "moved")
    (tree.folder / "d").symlink_to("../moved")
    assert tree.scan()["d/a"] == "behind a symlinked folder, not followed"


def test_a_file_that_became_a_symlink_or_a_folder(tree: Remembering) -> None:
    repository(tree.folder, {"a": "a", "b": "b", "c": "c"})
    tree.scan()
    for name in "ab":
        (tree.folder / name).unlink()
    (tree.folder / "a").symlink_to("c")
    write(tree.folder, {"b/x": "x"})
    found = tree.scan()
    assert found["a"] == "symlink to c, scanned there"
    assert found["b"] == "a folder stands in its place"
    assert found == tree.scan()


def test_another_limit_or_another_reader_forgets(tree: Remembering, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tree.folder, {"a": "abc"})
    tree.scan()
    assert tree.scan(max_bytes=2) == {"a": "too large: 3 bytes, the limit is 2"}
    monkeypatch.setattr(CountingReader, "version", "2")
    tree.scan()
    assert tree.reader.read == ["a"]


def test_another_build_of_tagwake_forgets(
    tree: Remembering, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write(tree.folder, {"a": "a"})
    tree.scan()
    copy = tmp_path / "tagwake"
    shutil.copytree(Path(scan_cache.tagwake.__file__).parent, copy)
    monkeypatch.setattr(scan_cache.tagwake, "__file__", str(copy / "__init__.py"))
    tree.scan()
    assert tree.reader.read == ["a"]
    write(copy, {"formats/code/reader.py": "# changed"})
    tree.scan()
    assert tree.reader.read == ["a"]
    tree.scan()
    assert tree.reader.read == []


def test_fresh_reads_all(tree: Remembering) -> None:
    write(tree.folder, {"a": "a"})
    tree.scan()
    reader = CountingReader()
    list(open_worktree([str(tree.folder)], cache=str(tree.cache)).map(reader, fresh=True))
    assert reader.read == ["a"]


def _file(tree: Remembering) -> Path:
    (file,) = tree.cache.iterdir()
    return file


def test_every_damage_is_noticed(tree: Remembering) -> None:
    """Any byte of it, and any length: the file is ignored and written anew."""
    write(tree.folder, {"a": "a", "b": "b"})
    tree.scan()
    whole = _file(tree).read_bytes()
    damages = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(0, len(whole), 7)]
    damages += [whole[:at] for at in range(0, len(whole), 13)]
    damages += [b"", whole + b"x", b"something else"]
    cache = scan_cache.ScanCache(str(tree.cache), str(tree.folder), "")
    cache._path = str(_file(tree))
    for damage in damages:
        _file(tree).write_bytes(damage)
        assert cache.load(["a", "b"]).identities == b""
    tree.scan()
    assert tree.reader.read == ["a", "b"]
    tree.scan()
    assert tree.reader.read == []


def test_another_trees_file_is_ignored(tree: Remembering, tmp_path: Path) -> None:
    write(tree.folder, {"a": "a"})
    other = Remembering(tmp_path / "other", tmp_path / "others")
    write(other.folder, {"a": "other"})
    tree.scan()
    other.scan()
    shutil.copy(_file(other), _file(tree))
    assert tree.scan() == {"a": "a"}
    assert tree.reader.read == ["a"]


def test_it_is_the_users_own(tree: Remembering) -> None:
    write(tree.folder, {"a": "a"})
    tree.scan()
    assert stat.S_IMODE(_file(tree).stat().st_mode) == 0o600
    assert stat.S_IMODE(tree.cache.stat().st_mode) == 0o700
    _file(tree).chmod(0o666)
    tree.scan()
    assert tree.reader.read == ["a"]
    target = tree.cache.parent / "target"
    _file(tree).rename(target)
    os.symlink(target, tree.cache / target.name)
    tree.scan()
    assert tree.reader.read == ["a"]


def test_no_file_content_but_the_findings(tree: Remembering) -> None:
    write(tree.folder, {"a": "x\0 token=hunter2"})
    tree.scan()
    assert b"hunter2" not in _file(tree).read_bytes()


def test_where_it_cannot_be_written_the_scan_goes_on(tree: Remembering) -> None:
    write(tree.folder, {"a": "a"})
    tree.cache.write_text("a file stands where the folder should be")
    assert tree.scan() == {"a": "a"}


def test_it_stays_small(tree: Remembering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_cache, "MOST_FILES", 3)
    trees = [Remembering(tmp_path / f"tree{at}", tree.cache) for at in range(5)]
    for at, each in enumerate(trees):
        write(each.folder, {"a": f"{at}"})
        each.scan()
    assert len(list(tree.cache.iterdir())) == 3
    trees[4].scan()
    assert trees[4].reader.read == []
    trees[0].scan()
    assert trees[0].reader.read == ["a"]


def test_a_tree_that_is_too_large_is_not_remembered(
    tree: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_cache, "MOST_BYTES", 300)
    write(tree.folder, {"a": "a" * 300})
    tree.scan()
    assert not tree.cache.exists() or list(tree.cache.iterdir()) == []


def test_leftovers_of_killed_runs_go(tree: Remembering) -> None:
    write(tree.folder, {"a": "a"})
    tree.scan()
    left = tree.cache / "x.scan.1-2"
    left.write_text("half")
    os.utime(left, (1, 1))
    write(tree.folder, {"b": "b"})
    tree.scan()
    assert not left.exists()


_SCANNER = """
import sys
from tagwake.adapters.worktree import folder_worktree, open_worktree
from tagwake.testing.contracts.worktree import FirstLineReader, scans_of
folder_worktree.LARGE = 0
folder_worktree.SETTLING = 0
for _ in range(30):
    found = [s.references[0].text for s in scans_of(open_worktree([sys.argv[1]], cache=sys.argv[2]), FirstLineReader())]
    assert found == [str(n) for n in range(10)], found
"""


def test_runs_at_the_same_time(tree: Remembering) -> None:
    write(tree.folder, {f"f{at}": f"{at}" for at in range(10)})
    runs = [
        subprocess.Popen([sys.executable, "-c", _SCANNER, tree.folder, tree.cache], stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    assert [(run.communicate()[1], run.returncode) for run in runs] == [(b"", 0)] * 3
    assert len(list(tree.cache.iterdir())) == 1


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"XDG_CACHE_HOME": "/c", "HOME": "/h"}, "/c/tagwake/scan"),
        ({"HOME": "/h"}, "/h/.cache/tagwake/scan"),
        ({"XDG_CACHE_HOME": "", "HOME": "/h"}, "/h/.cache/tagwake/scan"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, "/h/.cache/tagwake/scan"),
        ({"HOME": ""}, None),
        ({}, None),
        ({"HOME": "/h", "TAGWAKE_NO_CACHE": "1"}, None),
        ({"HOME": "/h", "TAGWAKE_NO_CACHE": "0"}, "/h/.cache/tagwake/scan"),
    ],
)
def test_where_it_is(environment: dict[str, str], folder: str | None) -> None:
    assert cache_folder(environment) == folder


class AnyHistory(RuleBasedStateMachine):
    """Whatever happens to a tree, a scan that remembers says what one that does not says."""

    _names = st.sampled_from(["a", "b", "d/a", "d/e/b"])
    _texts = st.sampled_from(["", "1", "2", "1\r\n2\n", "1\n2\r\n", "\0"])

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.home = tempfile.TemporaryDirectory()
        self.tree = Remembering(Path(self.home.name) / "tree", Path(self.home.name) / "cache")
        repository(self.tree.folder, {"a": "1", "d/a": "2"})

    def teardown(self) -> None:
        self.home.cleanup()

    @rule(name=_names, text=_texts)
    def write(self, name: str, text: str) -> None:
        write(self.tree.folder, {name: text})

    @rule(name=_names)
    def remove(self, name: str) -> None:
        (self.tree.folder / name).unlink(missing_ok=True)

    @rule(one=_names, other=_names)
    def rename(self, one: str, other: str) -> None:
        if (self.tree.folder / one).exists():
            (self.tree.folder / other).parent.mkdir(parents=True, exist_ok=True)
            (self.tree.folder / one).replace(self.tree.folder / other)

    @rule()
    def commit(self) -> None:
        git(self.tree.folder, "add", "-A")
        git(self.tree.folder, "commit", "-q", "--allow-empty", "-m", "x")

    @rule(setting=st.sampled_from(["true", "false", "input"]))
    def convert(self, setting: str) -> None:
        git(self.tree.folder, "config", "core.autocrlf", setting)
        git(self.tree.folder, "rm", "-rq", "--cached", "--ignore-unmatch", ".")
        git(self.tree.folder, "reset", "-q", "--hard")

    @invariant()
    def agrees(self) -> None:
        self.tree.scan()


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=12, stateful_step_count=8, deadline=None)
