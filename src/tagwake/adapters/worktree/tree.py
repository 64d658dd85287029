"""Files below one folder, reached through no symlink."""

import errno
import os
import stat

from tagwake.adapters.worktree.listing import what_it_is

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

Identity = tuple[int, int, int, int, int]
"""Device, inode, size in bytes, time of the last change of content and of the last change of anything, in ns."""

FOLDER_FLAGS = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

SYMLINK = "symlink"
SUBMODULE = "submodule, not entered"
MISSING = "not on disk"
BEYOND_SYMLINK = "behind a symlinked folder, not followed"


class Unread:
    """A file that was not read, and why."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason


def identity_of(status: os.stat_result) -> Identity:
    """What tells whether a file is still the one that was read."""
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


class Tree:
    """A folder and open descriptors for the folders on the way to the file at hand.

    Each folder is opened from the one above it and never through a symlink, so that no path leads out of the tree,
    also when someone swaps folders while we look.
    """

    def __init__(self, root: str) -> None:
        """Open the root; that one may be a symlink: the user typed it.

        :raises OSError: where it cannot be opened.
        """
        self._names: list[str] = []
        self._open: list[int] = [os.open(root, FOLDER_FLAGS & ~os.O_NOFOLLOW)]
        self._folder = ""

    def folder(self, path: str) -> int:
        """A descriptor of the folder, open until another one is asked for.

        :raises OSError: where it is no folder or cannot be entered.
        """
        if path == self._folder:
            return self._open[-1]
        names = path.split("/") if path else []
        shared = 0
        for mine, theirs in zip(self._names, names, strict=False):
            if mine != theirs:
                break
            shared += 1
        self._shrink(shared)
        for name in names[shared:]:
            self._open.append(os.open(name, FOLDER_FLAGS, dir_fd=self._open[-1]))
            self._names.append(name)
        self._folder = path
        return self._open[-1]

    def read(self, path: str, limit: int) -> tuple[bytes, os.stat_result] | Unread:
        """The bytes of a regular file of at most ``limit`` bytes, and its status as it was opened."""
        folder, _, name = path.rpartition("/")
        try:
            descriptor = os.open(name, FILE_FLAGS, dir_fd=self.folder(folder))
        except OSError as error:
            return Unread(self._refusal(path, error))
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return Unread(self._other(path, status.st_mode))
            size = status.st_size
            if size > limit:
                return Unread(too_large(size, limit))
            data = os.read(descriptor, size + 1)
            if len(data) != size:
                data += _rest(descriptor, limit + 1 - len(data))
                if len(data) > limit:
                    return Unread(too_large(len(data), limit))
        except OSError as error:
            return Unread(_unreadable(error))
        finally:
            os.close(descriptor)
        return data, status

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the descriptors back."""
        self._shrink(-1)

    def _shrink(self, depth: int) -> None:
        while len(self._open) > depth + 1:
            os.close(self._open.pop())
        del self._names[max(depth, 0) :]
        self._folder = "/".join(self._names)

    def _refusal(self, path: str, error: OSError) -> str:
        """Why a file could not be opened; looks again to tell a symlink on the way from other failures."""
        if error.errno in {errno.ELOOP, errno.EMLINK}:
            return SYMLINK
        if error.errno == errno.ENXIO:
            return "a socket, not a file"
        if error.errno == errno.ENOENT:
            return MISSING
        if error.errno == errno.ENOTDIR:
            return BEYOND_SYMLINK if self._passes_symlink(path) else MISSING
        return _unreadable(error)

    def _passes_symlink(self, path: str) -> bool:
        names = path.split("/")
        root = self._open[0]
        for depth in range(1, len(names)):
            try:
                status = os.stat("/".join(names[:depth]), dir_fd=root, follow_symlinks=False)
            except OSError:
                return False
            if stat.S_ISLNK(status.st_mode):
                return True
        return False

    def _other(self, path: str, mode: int) -> str:
        if not stat.S_ISDIR(mode):
            return what_it_is(mode)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=self._open[0])
        except OSError:
            return SUBMODULE
        try:
            names = os.listdir(descriptor)
        finally:
            os.close(descriptor)
        return SUBMODULE if not names or ".git" in names else "a folder stands in its place"


def too_large(size: int, limit: int) -> str:
    """The reason for skipping a file over the limit."""
    return f"too large: {size:,} bytes, the limit is {limit:,}"


def _unreadable(error: OSError) -> str:
    return f"unreadable: {(error.strerror or 'input/output error').lower()}"


def _rest(descriptor: int, room: int) -> bytes:
    """What is left of a file whose size is not the one it had a moment ago (or of one in ``/proc``)."""
    chunks: list[bytes] = []
    while room > 0 and (chunk := os.read(descriptor, min(room, 1 << 20))):
        chunks.append(chunk)
        room -= len(chunk)
    return b"".join(chunks)
