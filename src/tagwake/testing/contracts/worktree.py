"""What every Worktree must do: one suite over the twin and over folders of this machine."""

from typing import Protocol

import pytest

from tagwake.core.errors import UsageRefused, WriteFailed
from tagwake.core.pin import BARE, FileScan, Form, PlacedReference
from tagwake.ports.worktree import FileReader, Worktree


class Land(Protocol):
    """Files that a worktree can be opened on, and that change without it."""

    def write(self, path: str, data: bytes | None) -> None:
        """Write a file, as somebody else would; ``None`` removes it."""
        ...

    def content(self, path: str) -> bytes | None:
        """The bytes that stand there, or ``None``."""
        ...

    def open(self) -> Worktree:
        """The worktree of all the files."""
        ...


class FirstLineReader:
    """Reads a file's first line as its only reference; ``skip`` in it skips the file."""

    version = "first line"

    def kind(self, path: str) -> str:
        """Nothing of the path matters."""
        return path[:0]

    def prepare(self) -> None:
        """It needs nothing."""

    def __call__(self, path: str, data: bytes) -> FileScan:
        """The first line, where there is one."""
        line = data.partition(b"\n")[0]
        if b"skip" in line:
            return FileScan(path, skipped="asked to")
        if not line:
            return BARE
        text = line.decode("utf-8", "replace")
        return FileScan(path, (PlacedReference((0, len(line)), text, Form.INVALID, "text", 1, 1, text),))


def texts(worktree: Worktree, *, fresh: bool = False) -> dict[str, str | None]:
    """The first line of each file, or what it was skipped for, in the order in which they came."""
    return {
        scan.path: scan.references[0].text if scan.references else scan.skipped
        for scan in scans_of(worktree, FirstLineReader(), fresh=fresh)
    }


def scans_of(worktree: Worktree, reader: FileReader, *, fresh: bool = False) -> list[FileScan]:
    """What the files say, in the order of paths; those that say nothing are left out."""
    return [scan for stretch in worktree.map(reader, fresh=fresh) for scan in stretch.scans]


class WorktreeContract:
    """Subclasses give the fixture ``land``."""

    def test_every_file_comes_once_in_the_order_of_paths(self, land: Land) -> None:
        """Also those in folders; one that holds nothing is counted."""
        for path in ("b/c.txt", "a.txt", "b.txt", "b/a/x.txt", "B.txt", "empty"):
            land.write(path, b"" if path == "empty" else path.encode())
        stretches = list(land.open().map(FirstLineReader()))
        assert sum(stretch.files for stretch in stretches) == 6
        paths = [scan.path for stretch in stretches for scan in stretch.scans]
        assert paths == ["B.txt", "a.txt", "b.txt", "b/a/x.txt", "b/c.txt"]

    def test_the_reader_sees_the_bytes(self, land: Land) -> None:
        """And what it says is what comes out, a skip with its reason too."""
        land.write("a", b"one\r\ntwo")
        land.write("b", b"\xff\xfe\n")
        land.write("c", b"skip\n")
        assert texts(land.open()) == {"a": "one\r", "b": "\ufffd\ufffd", "c": "asked to"}

    def test_a_second_look_sees_what_changed(self, land: Land) -> None:
        """Whatever was remembered, a change of the same length too."""
        land.write("a", b"one\n")
        land.write("b", b"one\n")
        worktree = land.open()
        assert texts(worktree) == {"a": "one", "b": "one"}
        land.write("a", b"two\n")
        assert texts(worktree) == {"a": "two", "b": "one"}
        land.write("b", None)
        assert texts(worktree) == texts(land.open(), fresh=True) == {"a": "two"}

    def test_progress_reaches_the_end(self, land: Land) -> None:
        """The last call says that all is done."""
        for name in "abc":
            land.write(name, b"x")
        seen: list[tuple[str, int, int]] = []
        list(land.open().map(FirstLineReader(), progress=lambda *step: seen.append(step)))
        assert seen[-1] == ("reading", 3, 3)

    def test_a_file_is_read_whole(self, land: Land) -> None:
        """Every byte as it stands."""
        land.write("d/a", bytes(range(256)) * 300)
        assert land.open().read("d/a").data == bytes(range(256)) * 300

    @pytest.mark.parametrize("path", ["absent", "no/folder", "file/below"])
    def test_a_file_that_is_not_there_is_refused_by_name(self, land: Land, path: str) -> None:
        """The message starts with its path."""
        land.write("file", b"x")
        with pytest.raises(UsageRefused, match=f"^{path}: "):
            land.open().read(path)

    def test_a_replaced_file_holds_the_new_bytes(self, land: Land) -> None:
        """And the worktree sees them at once."""
        land.write("d/a", b"old\n")
        worktree = land.open()
        assert texts(worktree) == {"d/a": "old"}
        worktree.replace(worktree.read("d/a"), b"newer\n", lambda data: data == b"newer\n")
        assert land.content("d/a") == b"newer\n"
        assert texts(worktree) == {"d/a": "newer"}

    def test_a_file_that_changed_since_it_was_read_is_left(self, land: Land) -> None:
        """Also where the change has the same length, or went back and forth by our own hand."""
        land.write("a", b"old")
        worktree = land.open()
        snapshot = worktree.read("a")
        land.write("a", b"odd")
        with pytest.raises(WriteFailed, match=r"^a: changed since it was read"):
            worktree.replace(snapshot, b"new", lambda _: True)
        assert land.content("a") == b"odd"

    def test_a_snapshot_serves_once(self, land: Land) -> None:
        """After a write the file is another one."""
        land.write("a", b"old")
        worktree = land.open()
        snapshot = worktree.read("a")
        worktree.replace(snapshot, b"new", lambda _: True)
        with pytest.raises(WriteFailed, match=r"^a: "):
            worktree.replace(snapshot, b"newest", lambda _: True)
        assert land.content("a") == b"new"

    def test_a_file_that_is_gone_is_not_made_anew(self, land: Land) -> None:
        """It may have been moved."""
        land.write("a", b"old")
        worktree = land.open()
        snapshot = worktree.read("a")
        land.write("a", None)
        with pytest.raises(WriteFailed, match=r"^a: "):
            worktree.replace(snapshot, b"new", lambda _: True)
        assert land.content("a") is None

    def test_what_reads_back_unsound_is_undone(self, land: Land) -> None:
        """The old bytes stand, and the error says so."""
        land.write("a", b"old")
        worktree = land.open()
        seen: list[bytes] = []

        def is_sound(data: bytes) -> bool:
            seen.append(data)
            return False

        with pytest.raises(WriteFailed, match=r"^a: .*old bytes are back"):
            worktree.replace(worktree.read("a"), b"new", is_sound)
        assert seen == [b"new"]
        assert land.content("a") == b"old"
