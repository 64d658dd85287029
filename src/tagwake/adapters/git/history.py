"""The lines of a work tree that git says have changed since a revision."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence

from tagwake.adapters.git_command import git_lines, run_git
from tagwake.core.errors import UsageRefused
from tagwake.ports.git_history import LineRanges

EVERY_LINE = ((1, 2**63 - 1),)
"""The range of a file that is new, or of one whose lines git does not count."""

_DIFF = (
    "diff",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-renames",
    "--unified=0",
    "--inter-hunk-context=0",
    "--ignore-submodules=all",
    "--submodule=short",
    "--relative",
    "--src-prefix=a/",
    "--dst-prefix=b/",
)
_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPES = {b"a": 7, b"b": 8, b"t": 9, b"n": 10, b"v": 11, b"f": 12, b"r": 13, b'"': 34, b"\\": 92}
_ESCAPE = re.compile(rb'\\([0-7]{3}|[abtnvfr"\\])')


class WorktreeHistory:
    """The git history of a folder; see :class:`tagwake.ports.git_history.GitHistory`."""

    def __init__(self, root: str) -> None:
        """:param root: the root of the scan: paths are relative to it, also where it lies below the repository's."""
        self._root = root

    def changed_lines(self, since: str) -> Mapping[str, LineRanges]:
        """Lines of the work tree's files that differ from the revision ``since``, by path; a new file has them all.

        :raises UsageRefused: when there is no git repository here or it knows no such revision.
        """
        try:
            return self._changed_lines(since)
        except FileNotFoundError:
            raise UsageRefused(f"--since {since}: there is no git on PATH: install git") from None
        except OSError as error:
            raise UsageRefused(f"--since {since}: git cannot compare: {error}") from error

    def _changed_lines(self, since: str) -> dict[str, LineRanges]:
        commit = self._commit(since)
        changed = dict(read_diff(git_lines(self._root, [*_DIFF, commit, "--", "."])))
        (others,) = run_git(self._root, ["ls-files", "-z", "--others", "--exclude-standard"])
        if others.status:
            raise OSError(others.reason)
        for path in os.fsdecode(others.output).split("\0"):
            if path:
                changed[path] = EVERY_LINE
        return changed

    def _commit(self, since: str) -> str:
        if "\0" in since:
            raise UsageRefused("--since: a revision has no NUL in it")
        (answer,) = run_git(
            self._root, ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{since}^{{commit}}"]
        )
        if answer.status == 0:
            return answer.output.decode("ascii").strip()
        if "not a git repository" in answer.complaint:
            raise UsageRefused(f"--since {since}: {self._root} is in no git repository")
        if answer.complaint:
            raise UsageRefused(f"--since {since}: {answer.reason}")
        raise UsageRefused(
            f"--since {since}: git knows no such revision; in a shallow clone, fetch it first (git fetch origin {since})"
        )


def read_diff(lines: Iterator[bytes]) -> Iterator[tuple[str, LineRanges]]:
    """The files of a diff without context and renames, each with the lines that it added or changed.

    Where only lines were removed there is nothing to look at, and the file has no range. The lines of a hunk are
    counted off by its header, so that nothing in them is taken for one.
    """
    path: str | None = None
    ranges: list[tuple[int, int]] | Sequence[tuple[int, int]] = []
    for line in lines:
        hunk = _HUNK.match(line) if line.startswith(b"@@ ") else None
        if hunk is not None:
            added = int(hunk[3]) if hunk[3] is not None else 1
            _pass_over(lines, (int(hunk[1]) if hunk[1] is not None else 1) + added)
            if added and isinstance(ranges, list):
                ranges.append((int(hunk[2]), int(hunk[2]) + added - 1))
        elif line.startswith(b"diff --git "):
            if path is not None:
                yield path, tuple(ranges)
            path, ranges = _path(line[len(b"diff --git ") :].rstrip(b"\n")), []
        elif line.startswith(b"Binary files "):
            ranges = EVERY_LINE
        elif line.startswith(b"* Unmerged path "):
            yield unquoted(line[len(b"* Unmerged path ") :].rstrip(b"\n")), EVERY_LINE
    if path is not None:
        yield path, tuple(ranges)


def _pass_over(lines: Iterator[bytes], count: int) -> None:
    """Pass over the lines of a hunk; the note on a missing final newline is none of them."""
    while count:
        line = next(lines, None)
        if line is None:
            return
        count -= line[:1] in {b"+", b"-"}


def _path(both: bytes) -> str:
    """The path of ``a/PATH b/PATH``: without renames both are the same, so half of it is one of them."""
    half = both[: (len(both) - 1) // 2]
    quoted = half.startswith(b'"')
    name = half[1:-1] if quoted else half
    return os.fsdecode(_unescaped(name[2:]) if quoted else name[2:])


def unquoted(name: bytes) -> str:
    """A path as git prints it, in its quotes or without them (git-config(1), ``core.quotePath``)."""
    return os.fsdecode(_unescaped(name[1:-1]) if name.startswith(b'"') else name)


def _unescaped(name: bytes) -> bytes:
    """A name as git's C-style quotes write it (git-config(1), ``core.quotePath``)."""
    return _ESCAPE.sub(lambda found: bytes([_ESCAPES.get(found[1]) or int(found[1], 8)]), name)
