"""Putting new bytes in a file's place, whole or not at all."""

import errno
import os
import stat
from collections.abc import Callable

from tagwake.adapters.worktree.tree import FILE_FLAGS, Tree, Unread, identity_of
from tagwake.core.errors import WriteFailed
from tagwake.ports.worktree import Snapshot

TEMPORARY_PREFIX = ".tagwake-"
TEMPORARY_SUFFIX = ".tmp"


def is_temporary(path: str) -> bool:
    """Whether this is a file that an interrupted write left behind."""
    name = path.rpartition("/")[2]
    return name.startswith(TEMPORARY_PREFIX) and name.endswith(TEMPORARY_SUFFIX)


def replace_file(tree: Tree, snapshot: Snapshot, data: bytes, is_sound: Callable[[bytes], bool]) -> None:
    """Write ``data`` beside the file, then rename it into its place; read it back and ask ``is_sound``.

    The new file has the old one's mode, owner, group and extended attributes (access lists among them). A file with
    other hard links parts from them: written in place it could be left half done, and the other names may belong to a
    store that nobody may change. The rename is the only moment at which the file changes, so that a run that dies
    leaves the old bytes or the new ones, and at most a temporary file beside them, which the next write into that
    folder removes.

    :raises WriteFailed: when the file changed since the snapshot, is read-only, cannot be written, or reads back
        unsound; the old bytes stand.
    """
    path = snapshot.path
    folder, _, name = path.rpartition("/")
    try:
        descriptor = tree.folder(folder)
        status = _unchanged(tree, snapshot)
        _remove_leftovers(descriptor)
        _put(descriptor, name, data, status, lambda: _unchanged(tree, snapshot))
    except OSError as error:
        raise WriteFailed(f"{path}: not written: {_why(error, folder)}; the old file stands") from error
    written = tree.read(path, len(data))
    if isinstance(written, Unread) or written[0] != data or not is_sound(written[0]):
        try:
            _put(descriptor, name, snapshot.data, status, lambda: None)
        except OSError as error:
            raise WriteFailed(
                f"{path}: what was written is not what should be, and the old bytes could not be put back: "
                f"{_why(error, folder)}; restore it from git"
            ) from error
        raise WriteFailed(f"{path}: what was written is not what should be; the old bytes are back")


def _unchanged(tree: Tree, snapshot: Snapshot) -> os.stat_result:
    """The file's status, where it is still the one that was read: same identity and same bytes."""
    found = tree.read(snapshot.path, len(snapshot.data))
    if isinstance(found, Unread) or found[0] != snapshot.data or identity_of(found[1]) != snapshot.identity:
        raise WriteFailed(
            f"{snapshot.path}: changed since it was read, so it is left as it is; run tagwake again"
        )
    if not found[1].st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise WriteFailed(
            f"{snapshot.path}: is read-only, so it is left as it is; chmod u+w lets tagwake write it"
        )
    return found[1]


def _put(
    folder: int, name: str, data: bytes, status: os.stat_result, last_look: Callable[[], object]
) -> None:
    temporary = f"{TEMPORARY_PREFIX}{os.getpid()}-{os.urandom(8).hex()}{TEMPORARY_SUFFIX}"
    if not os.access(name, os.W_OK, dir_fd=folder, effective_ids=os.access in os.supports_effective_ids):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    descriptor = os.open(
        temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder
    )
    try:
        try:
            _lock(descriptor)
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            _liken(descriptor, folder, name, status)
            os.fsync(descriptor)
            last_look()
            os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            os.unlink(temporary, dir_fd=folder)
            raise
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Hold the temporary file as long as we live: one that can be locked belongs to nobody."""
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _liken(descriptor: int, folder: int, name: str, status: os.stat_result) -> None:
    """Give the new file the old one's owner, group, attributes and mode; in this order, as each may undo the next."""
    ours = os.fstat(descriptor)
    if (ours.st_uid, ours.st_gid) != (status.st_uid, status.st_gid):
        os.fchown(descriptor, status.st_uid, status.st_gid)
    if hasattr(os, "listxattr"):
        _copy_attributes(descriptor, folder, name)
    os.fchmod(descriptor, stat.S_IMODE(status.st_mode))


def _copy_attributes(descriptor: int, folder: int, name: str) -> None:
    old = os.open(name, FILE_FLAGS, dir_fd=folder)
    try:
        for attribute in os.listxattr(old):
            value = os.getxattr(old, attribute)
            try:
                os.setxattr(descriptor, attribute, value)
            except PermissionError:
                if not attribute.startswith(("security.", "trusted.")):
                    raise  # labels of the kernel's are given by its policy to the new file too; users' are ours to keep
    except OSError as error:
        if error.errno != errno.ENOTSUP:
            raise
    finally:
        os.close(old)


def _remove_leftovers(folder: int) -> None:
    """Remove temporary files of runs that are no more."""
    import fcntl

    readable = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
    try:
        names = [name for name in os.listdir(readable) if is_temporary(name)]
    finally:
        os.close(readable)
    for name in names:
        try:
            leftover = os.open(name, FILE_FLAGS, dir_fd=folder)
        except OSError:
            continue
        try:
            fcntl.flock(leftover, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(name, dir_fd=folder)
        except OSError:
            continue  # its writer lives, or the folder is not ours to clean
        finally:
            os.close(leftover)


def _why(error: OSError, folder: str) -> str:
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"{(error.strerror or 'permission denied').lower()} in {folder or 'the root folder'}"
    return (error.strerror or "input/output error").lower()
