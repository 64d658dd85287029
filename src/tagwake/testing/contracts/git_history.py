"""What every GitHistory must do: one suite over the twin and over git."""

from collections.abc import Mapping
from typing import Protocol

import pytest

from tagwake.core.errors import UsageRefused
from tagwake.ports.git_history import GitHistory, LineRanges


class Repository(Protocol):
    """A repository whose files can be written and committed."""

    def write(self, path: str, data: bytes | None) -> None:
        """Write a file into the work tree, or remove it."""
        ...

    def commit(self) -> str:
        """Commit all files; the name of the revision."""
        ...

    def open(self) -> GitHistory:
        """Its history."""
        ...


def lines_of(ranges: LineRanges, most: int = 20) -> set[int]:
    """The numbers of the lines in these ranges, up to ``most``."""
    return {line for first, last in ranges for line in range(first, min(last, most) + 1)}


class GitHistoryContract:
    """Subclasses give the fixture ``repository``."""

    def test_nothing_changed(self, repository: Repository) -> None:
        """Then there is no line to look at."""
        repository.write("a", b"1\n2\n")
        revision = repository.commit()
        assert _changed(repository, revision) == {}

    def test_lines_that_were_added_or_changed(self, repository: Repository) -> None:
        """Each by its number in the file as it is now."""
        repository.write("d/a", b"1\n2\n3\n4\n5\n6\n")
        repository.write("b", b"same\n")
        revision = repository.commit()
        repository.write("d/a", b"0\n1\n2\nthree\n4\n6\n7\n8\n")
        assert _changed(repository, revision) == {"d/a": {1, 4, 7, 8}}

    def test_committed_changes_count_as_well(self, repository: Repository) -> None:
        """It is the work tree against the revision, whatever lies between."""
        repository.write("a", b"1\n")
        revision = repository.commit()
        repository.write("a", b"1\n2\n")
        later = repository.commit()
        repository.write("a", b"1\n2\n3\n")
        history = repository.open()
        assert lines_of(history.changed_lines(revision)["a"]) == {2, 3}
        assert lines_of(history.changed_lines(later)["a"]) == {3}

    def test_a_new_file_has_all_its_lines(self, repository: Repository) -> None:
        """Whether it was added or not."""
        repository.write("a", b"1\n")
        revision = repository.commit()
        repository.write("new", b"1\n2\n")
        assert _changed(repository, revision)["new"] >= {1, 2}

    def test_lines_that_look_like_a_diff(self, repository: Repository) -> None:
        """Content is never taken for the diff's own lines."""
        repository.write("a", b"x\n")
        repository.write("b", b"x\n")
        revision = repository.commit()
        trap = b"++ b/c\n@@ -1 +1,9 @@\ndiff --git a/c b/c\n-- a/c\n"
        repository.write("a", trap)
        repository.write("b", b"x\ny\n")
        assert _changed(repository, revision) == {"a": {1, 2, 3, 4}, "b": {2}}

    def test_no_final_newline(self, repository: Repository) -> None:
        """The last line counts as one, with its newline or without."""
        repository.write("a", b"1\n2")
        repository.write("b", b"1\n2\n")
        revision = repository.commit()
        repository.write("a", b"1\n3")
        repository.write("b", b"1\n2")
        assert _changed(repository, revision) == {"a": {2}, "b": {2}}

    @pytest.mark.parametrize("revision", ["no-such", "--output=stolen", "-x", "", "a..b", "HEAD:a"])
    def test_an_unknown_revision_is_refused_by_name(self, repository: Repository, revision: str) -> None:
        """Nothing that is given as a revision is ever taken for an option."""
        repository.write("a", b"1\n")
        repository.commit()
        with pytest.raises(UsageRefused, match="--since"):
            repository.open().changed_lines(revision)


def _changed(repository: Repository, revision: str) -> Mapping[str, set[int]]:
    return {path: lines_of(ranges) for path, ranges in repository.open().changed_lines(revision).items()}
