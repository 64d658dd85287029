"""The commits of a repository that moved a pin: along first parents, and only those that touch files which hold one.

Which files these are is asked of git: it searches the latest commit for the parts of the reference, and, for each commit
in which a tag's pins appear out of nothing, the commit before it, so that renamed and deleted files are found as well.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b

from tagwake.adapters.git.blobs import read_blobs
from tagwake.adapters.git.history import unquoted
from tagwake.adapters.git_command import git_lines, run_git
from tagwake.core.digest import Digest
from tagwake.core.errors import UsageRefused
from tagwake.core.pin import PlacedReference
from tagwake.core.pin_moves import PinChange, PinCommit, pin_sightings
from tagwake.core.reference import Stream
from tagwake.ports.pin_history import PinLog
from tagwake.ports.progress import Progress
from tagwake.ports.worktree import FileReader

MOST_ROUNDS = 64
"""How often files are looked for further back."""
MOST_PATHS = 400
"""With more files than this git is asked for all of them, and we choose: it compares each with each."""
MOST_SEARCHED = 2000
"""How many commits are searched where the latest commit pins the tag no more: all their changes are compared."""

_HEX = "[0-9a-f]{64}"
_FILE_MODES = ("100644", "100755")
_LOG = ("log", "--first-parent", "-m", "--raw", "--no-abbrev", "--no-renames", "--format=commit %H %ct")

Pins = Mapping[Stream, tuple[Digest, ...]]
"""The digests that one version of a file pins, by stream, a place each."""
_NO_PINS: Pins = {}


@dataclass(slots=True)
class _Commit:
    """A commit, and the files that it changed: path, blob before, blob after (``""`` for none)."""

    name: str
    at: datetime
    files: list[tuple[str, str, str]] = field(default_factory=list)


class RepositoryPins:
    """The history of the pins of one repository (:class:`tagwake.ports.pin_history.PinHistory`)."""

    def __init__(self, folder: str, reader: FileReader, most_bytes: int) -> None:
        """:param folder: any folder of the repository: it is about all of it.

        :param reader: finds the references of a file.
        :param most_bytes: larger files are passed over, as by ``scan``.
        """
        self._folder = folder
        self._reader = reader
        self._most = most_bytes

    def pins(self, streams: Sequence[Stream], progress: Progress | None = None) -> PinLog:
        """What the commits tell of these streams, whatever form they are written in.

        :param progress: is told of ``commits``.
        :raises UsageRefused: where there is no git repository here, or no commit in it.
        """
        with _Refusing():
            top, is_cut_off = self._open()
            search = _Search(top, self._reader, self._most, tuple(streams), progress)
            commits = search.commits()
            sightings = {stream: pin_sightings(search.told(commits, stream)) for stream in streams}
            return PinLog(sightings, len(commits), is_cut_off)

    def pinned(self) -> tuple[Stream, ...]:
        """Every stream that the latest commit pins, by name."""
        with _Refusing():
            top, _ = self._open()
            search = _Search(top, self._reader, self._most, None, None)
            found = {stream for pins in search.holders("HEAD").values() for stream in pins}
            return tuple(sorted(found, key=str))

    def _open(self) -> tuple[str, bool]:
        """The folder to run git in, and whether commits are missing."""
        top, head, shallow = run_git(
            self._folder,
            ["rev-parse", "--show-toplevel"],
            ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"],
            ["rev-parse", "--is-shallow-repository"],
        )
        if "not a git repository" in top.complaint:
            raise UsageRefused(f"{self._folder} is in no git repository: there are no commits to read")
        if top.advice:
            raise UsageRefused(f"{self._folder}: git refuses to read this repository; it says: {top.advice}")
        if head.status:
            raise UsageRefused(f"the repository of {self._folder} has no commit yet")
        folder = os.fsdecode(top.output.rstrip(b"\n")) if top.status == 0 else self._folder  # else it is bare
        return folder, shallow.output.strip() == b"true"


class _Search:
    """Finds the files, and what each version of them pins.

    :param streams: what is looked for; ``None`` for whatever is pinned.
    """

    def __init__(
        self,
        top: str,
        reader: FileReader,
        most: int,
        streams: tuple[Stream, ...] | None,
        progress: Progress | None,
    ) -> None:
        self._top = top
        self._reader = reader
        self._most = most
        self._streams = None if streams is None else frozenset(streams)
        self._progress = progress
        self._words = _words(streams or ())
        self._telling = re.compile("|".join([_HEX, *map(re.escape, self._words)]).encode())
        self._known: dict[tuple[str, str], Pins] = {}
        self._alike: dict[bytes, Pins] = {}

    def commits(self) -> list[_Commit]:
        """The commits that touched a file which holds a pin, oldest first."""
        paths = set(self.holders("HEAD"))
        if not paths:
            paths = self._last_holders()
        asked: set[str] = set()
        commits: list[_Commit] = []
        for _ in range(MOST_ROUNDS):
            if not paths:
                break
            commits = self._log(paths)
            self._read(commits)
            found: set[str] = set()
            for name in self._appearances(commits) - asked:
                asked.add(name)
                found |= self.holders(f"{name}^").keys() - paths
            if not found:
                break
            paths |= found
        return commits

    def told(self, commits: Iterable[_Commit], stream: Stream) -> Iterator[PinCommit]:
        """What these commits did to the pins of one stream."""
        for commit in commits:
            changes = tuple(
                PinChange(before, after)
                for path, old, new in commit.files
                if (before := self._of(path, old).get(stream, ()))
                != (after := self._of(path, new).get(stream, ()))
            )
            if changes:
                yield PinCommit(commit.name, commit.at, changes)

    def holders(self, commit: str) -> dict[str, Pins]:
        """The files of a commit that pin what is looked for."""
        patterns = [_HEX, *(_pattern(word) for word in (self._words if self._is_one else ()))]
        given = [argument for pattern in patterns for argument in ("-e", pattern)]
        (answer,) = run_git(
            self._top,
            ["grep", "-l", "-z", "-I", "-E", "--full-name", "--all-match", *given, commit, "--"],
        )
        if answer.status not in (0, 1):
            if "unable to resolve revision" in answer.complaint:
                return {}  # the first commit has none before it
            raise OSError(answer.reason)
        paths = [name.partition(b":")[2] for name in answer.output.split(b"\0") if name]
        paths = [path for path in paths if b"\n" not in path]
        names = [commit.encode() + b":" + path for path in paths]
        found = {}
        for path, data in zip(map(os.fsdecode, paths), read_blobs(self._top, names, self._most), strict=True):
            pins = _NO_PINS if data is None else self._pins(path, data)
            if pins:
                found[path] = pins
        return found

    @property
    def _is_one(self) -> bool:
        return self._streams is not None and len(self._streams) == 1

    def _last_holders(self) -> set[str]:
        """Where the latest commit pins the one stream no more: the files of the last that did, if it is not long ago."""
        if self._streams is None or len(self._streams) != 1:
            return set()
        (stream,) = self._streams
        (end,) = run_git(
            self._top, ["rev-list", "--first-parent", "--max-count=1", f"--skip={MOST_SEARCHED}", "HEAD"]
        )
        until = [f"^{name}" for name in end.output.decode("ascii").split()]
        for commit in self._commits([f"-G{_pattern(stream.tag)}", "HEAD", *until, "--"]):
            self._read([commit])
            if any(self._of(path, old) for path, old, _ in commit.files):
                return set(self.holders(f"{commit.name}^"))
        return set()

    def _log(self, paths: set[str]) -> list[_Commit]:
        """The commits that changed one of these files, oldest first."""
        asked = sorted(paths) if len(paths) <= MOST_PATHS else []
        commits = list(self._commits(["HEAD", "--", *asked]))
        for commit in commits:
            commit.files = [file for file in commit.files if file[0] in paths]
        return [commit for commit in reversed(commits) if commit.files]

    def _commits(self, asked: Sequence[str]) -> Iterator[_Commit]:
        """What git tells of the commits, newest first."""
        commit: _Commit | None = None
        for line in git_lines(self._top, ["--literal-pathspecs", *_LOG, *asked]):
            if line.startswith(b"commit "):
                if commit is not None:
                    yield commit
                _, name, seconds = line.split()
                commit = _Commit(name.decode("ascii"), datetime.fromtimestamp(int(seconds), UTC))
            elif line.startswith(b":") and commit is not None:
                told, _, quoted = line[1:].rstrip(b"\n").partition(b"\t")
                old_mode, new_mode, old, new, _ = told.decode("ascii").split()
                commit.files.append((unquoted(quoted), _blob(old_mode, old), _blob(new_mode, new)))
        if commit is not None:
            yield commit

    def _read(self, commits: Sequence[_Commit]) -> None:
        wanted = dict.fromkeys(
            (path, blob)
            for commit in commits
            for path, *blobs in commit.files
            for blob in blobs
            if blob and (path, blob) not in self._known
        )
        names = [blob.encode("ascii") for _, blob in wanted]
        contents = read_blobs(self._top, names, self._most)
        for number, ((path, blob), data) in enumerate(zip(wanted, contents, strict=True), 1):
            self._known[path, blob] = _NO_PINS if data is None else self._pins(path, data)
            if self._progress is not None and number % 64 == 0:
                self._progress("commits", number, len(names))

    def _pins(self, path: str, data: bytes) -> Pins:
        """What one version of a file pins; one that differs only in lines which say nothing of it is not read again."""
        lines = [line for line in data.split(b"\n") if self._telling.search(line)]
        if not lines and b"\0" not in data:
            return _NO_PINS
        key = blake2b(b"\0".join((os.fsencode(path), *lines)), digest_size=16).digest()
        known = None if b"\0" in data else self._alike.get(key)
        if known is None:
            known = self._alike[key] = self._read_pins(path, data)
        return known

    def _read_pins(self, path: str, data: bytes) -> Pins:
        pins: dict[Stream, tuple[Digest, ...]] = {}
        references: tuple[PlacedReference, ...] = getattr(self._reader(path, data), "references", ())
        for reference in references:
            stream, digest = reference.stream, reference.digest
            if stream is None or digest is None:
                continue
            if self._streams is None or stream in self._streams:
                pins[stream] = (*pins.get(stream, ()), digest)
        return pins

    def _of(self, path: str, blob: str) -> Pins:
        return self._known[path, blob] if blob else _NO_PINS

    def _appearances(self, commits: Iterable[_Commit]) -> set[str]:
        """The commits in which pins of a stream appear where no file had one before."""
        held: dict[Stream, int] = {}
        found = set()
        for commit in commits:
            before = {stream for stream, places in held.items() if places > 0}
            for path, old, new in commit.files:
                for sign, pins in ((-1, self._of(path, old)), (1, self._of(path, new))):
                    for stream, digests in pins.items():
                        held[stream] = held.get(stream, 0) + sign * len(digests)
            if any(places > 0 and stream not in before for stream, places in held.items()):
                found.add(commit.name)
        return found


class _Refusing:
    """Says what git cannot do in words of ours."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, FileNotFoundError):
            raise UsageRefused("there is no git on PATH: install git") from None
        if isinstance(error, OSError):
            raise UsageRefused(f"git cannot read the history: {error}") from error


def _words(streams: Iterable[Stream]) -> tuple[str, ...]:
    """The words that a file says which pins these streams, in whatever form."""
    words: dict[str, None] = {}
    for stream in streams:
        parts = (
            stream.repository.removeprefix("library/")
            if stream.registry == "docker.io"
            else stream.repository
        )
        words |= dict.fromkeys([*parts.split("/"), stream.tag])
    return tuple(words)


def _pattern(word: str) -> str:
    """A word that stands alone, as an extended regular expression (POSIX.1-2017, section 9.4)."""
    inner = re.sub(r"[.]", "[.]", word)
    return f"(^|[^A-Za-z0-9]){inner}([^A-Za-z0-9]|$)"


def _blob(mode: str, name: str) -> str:
    return name if mode in _FILE_MODES else ""
