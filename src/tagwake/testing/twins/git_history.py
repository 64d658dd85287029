"""An in-memory twin of the port GitHistory: the files now, and as they were at each revision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from tagwake.core.errors import UsageRefused
from tagwake.ports.git_history import LineRanges

EVERY_LINE = ((1, 2**63 - 1),)


@dataclass(slots=True)
class GitHistoryTwin:
    """Compares ``files`` with those of a revision, line by line.

    :param files: the work tree, bytes by path.
    :param revisions: files by the name of the revision.
    """

    files: Mapping[str, bytes]
    revisions: dict[str, Mapping[str, bytes]] = field(default_factory=dict)

    def changed_lines(self, since: str) -> Mapping[str, LineRanges]:
        """See :meth:`tagwake.ports.git_history.GitHistory.changed_lines`."""
        then = self.revisions.get(since)
        if then is None:
            raise UsageRefused(f"--since {since}: git knows no such revision")
        return {
            path: EVERY_LINE if path not in then else _changed(then[path], data)
            for path, data in self.files.items()
            if then.get(path) != data
        }


def _changed(old: bytes, new: bytes) -> LineRanges:
    matcher = SequenceMatcher(
        None, old.splitlines(keepends=True), new.splitlines(keepends=True), autojunk=False
    )
    return tuple(
        (start + 1, stop)
        for kind, _, _, start, stop in matcher.get_opcodes()
        if kind != "equal" and stop > start
    )
