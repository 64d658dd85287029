"""The git command line, run so that neither the environment of a hook nor a repository's configuration steers it."""

import os
import select
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

TYPE_CHECKING = False  # typing's own costs a tenth of the start-up budget
if TYPE_CHECKING:
    from typing import BinaryIO

_STEERING = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
        "GIT_DIFF_OPTS",
        "GIT_DIR",
        "GIT_EXTERNAL_DIFF",
        "GIT_GLOB_PATHSPECS",
        "GIT_GRAFT_FILE",
        "GIT_ICASE_PATHSPECS",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_LITERAL_PATHSPECS",
        "GIT_NAMESPACE",
        "GIT_NOGLOB_PATHSPECS",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_QUARANTINE_PATH",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
        "LANGUAGE",
    }
)
"""What git sets for its hooks (``git rev-parse --local-env-vars``) and what changes output that is parsed."""

_OPTIONS = (
    "--no-pager",
    "-c",
    "core.fsmonitor=false",
    "-c",
    f"core.hooksPath={os.devnull}",
)
_CHUNK = 1 << 20


class GitAnswer:
    """What one git command said.

    :param status: its exit status; 127 where git could not be started.
    :param output: its standard output.
    :param complaint: its standard error, its end only where that is long.
    """

    __slots__ = ("complaint", "output", "status")

    def __init__(self, status: int, output: bytes, complaint: str) -> None:
        self.status = status
        self.output = output
        self.complaint = complaint

    @property
    def advice(self) -> str:
        """The command that git says to run, or nothing."""
        lines = (line.strip() for line in self.complaint.splitlines())
        return next((line for line in lines if line.startswith("git ")), "")

    @property
    def reason(self) -> str:
        """The line of the complaint that says what is wrong."""
        lines = [line.strip() for line in self.complaint.splitlines() if line.strip()]
        fatal = next((line for line in lines if line.startswith(("fatal:", "error:"))), None)
        return (fatal or (lines[0] if lines else f"git ended with status {self.status}")).partition(": ")[
            2
        ] or (lines[0] if lines else f"git ended with status {self.status}")


class GitRun:
    """A git that runs, the pipes it writes to, and what came out of them."""

    __slots__ = ("_is_over", "chunks", "complaint", "complaints", "output", "process")

    def __init__(self, process: int, output: int, complaint: int) -> None:
        self.process = process
        self.output = output
        self.complaint = complaint
        self.chunks: list[bytes] = []
        self.complaints: list[bytes] = []
        self._is_over = False

    def widen(self) -> None:
        """Let it write much before anybody reads."""
        from tagwake.adapters.pipe import widen

        widen(self.output)

    def is_over(self) -> bool:
        """Whether all of its output is here; what has come by now is taken."""
        poll = select.poll()
        poll.register(self.output, select.POLLIN | select.POLLHUP)
        while poll.poll(0):
            chunk = os.read(self.output, _CHUNK)
            if not chunk:
                return True
            self.chunks.append(chunk)
        return False

    def answer(self) -> GitAnswer:
        """Wait for its end; what it said."""
        try:
            _drain([self])
        finally:
            status = self.close()
        complaint = b"".join(self.complaints)[-_CHUNK:].decode("utf-8", "replace")
        return GitAnswer(status, b"".join(self.chunks), complaint)

    def close(self) -> int:
        """Take no more of its output, and wait for its end; its exit status."""
        if self._is_over:
            return 0
        self._is_over = True
        os.close(self.output)
        os.close(self.complaint)
        return _wait(self.process)


def run_git(folder: str, *commands: Sequence[str]) -> list[GitAnswer]:
    """Run git commands in a folder, all at once, and wait for them; no shell, no terminal, no lock taken.

    :raises FileNotFoundError: where there is no git on ``PATH``.
    """
    running: list[GitRun] = []
    try:
        for command in commands:
            running.append(start_git(folder, command))  # noqa: PERF401 (those started are closed where one fails)
        return [one.answer() for one in running]
    finally:
        for one in running:
            one.close()


def git_lines(folder: str, command: Sequence[str]) -> Iterator[bytes]:
    """Run one git command and give its lines as they come, so that a long answer is never held whole.

    :raises FileNotFoundError: where there is no git on ``PATH``.
    :raises OSError: where git fails; the message is git's.
    """
    from tempfile import TemporaryFile

    with TemporaryFile() as complaint:
        output, output_end = os.pipe()
        with os.fdopen(output, "rb", _CHUNK) as stream:
            process = _spawn(folder, command, output_end, complaint.fileno())
            try:
                yield from stream
            finally:
                stream.close()
                status = _wait(process)
        if status:
            complaint.seek(0)
            raise OSError(GitAnswer(status, b"", complaint.read(_CHUNK).decode("utf-8", "replace")).reason)


@contextmanager
def git_stream(folder: str, command: Sequence[str], given: bytes) -> "Iterator[BinaryIO]":
    """Run one git command that reads ``given``, for as long as its output is read; what is left of that is not waited for.

    :raises FileNotFoundError: where there is no git on ``PATH``.
    """
    from tempfile import TemporaryFile

    with TemporaryFile() as questions, open(os.devnull, "wb") as nowhere:
        questions.write(given)
        questions.seek(0)
        output, output_end = os.pipe()
        with os.fdopen(output, "rb", _CHUNK) as stream:
            process = _spawn(folder, command, output_end, nowhere.fileno(), questions.fileno())
            try:
                yield stream
            finally:
                stream.close()
                _wait(process)


def _environment() -> dict[str, str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in _STEERING and not name.startswith("GIT_TRACE")
    }
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    return environment


def start_git(folder: str, command: Sequence[str]) -> GitRun:
    """Start a git command in a folder; whoever starts it asks for its answer, or closes it.

    :raises FileNotFoundError: where there is no git on ``PATH``.
    """
    output, output_end = os.pipe()
    complaint, complaint_end = os.pipe()
    try:
        process = _spawn(folder, command, output_end, complaint_end)
    except OSError:
        os.close(output)
        os.close(complaint)
        raise
    finally:
        os.close(complaint_end)
    return GitRun(process, output, complaint)


def _spawn(folder: str, command: Sequence[str], output: int, complaint: int, given: int | None = None) -> int:
    """Start with ``posix_spawn`` (importing subprocess is dear at start-up) and close our end of the output."""
    nothing = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
    actions = [
        nothing if given is None else (os.POSIX_SPAWN_DUP2, given, 0),
        (os.POSIX_SPAWN_DUP2, output, 1),
        (os.POSIX_SPAWN_DUP2, complaint, 2),
    ]
    try:
        return os.posix_spawnp(
            "git", ["git", "-C", folder, *_OPTIONS, *command], _environment(), file_actions=actions
        )
    finally:
        os.close(output)


def _wait(process: int) -> int:
    try:
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    except ChildProcessError:  # whoever started us ignores SIGCHLD, and the kernel took the status
        return 0


def _drain(running: list[GitRun]) -> None:
    poll = select.poll()
    sinks: dict[int, list[bytes]] = {}
    for one in running:
        sinks[one.output] = one.chunks
        sinks[one.complaint] = one.complaints
    for descriptor in sinks:
        poll.register(descriptor, select.POLLIN | select.POLLHUP)
    open_ones = len(sinks)
    while open_ones:
        for descriptor, _ in poll.poll():
            chunk = os.read(descriptor, _CHUNK)
            if chunk:
                sinks[descriptor].append(chunk)
            else:
                poll.unregister(descriptor)
                open_ones -= 1
