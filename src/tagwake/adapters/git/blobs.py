"""Contents of files as git keeps them, many in one process."""

from collections.abc import Callable, Iterator, Sequence

from tagwake.adapters.git_command import git_stream

_CHUNK = 1 << 20


def read_blobs(folder: str, names: Sequence[bytes], most: int) -> Iterator[bytes | None]:
    """The content of each blob, in the order given; ``None`` for one that is missing, no blob, or longer than ``most``.

    :param names: object names, or ``COMMIT:PATH`` (gitrevisions(7)), without line feeds.
    :param most: bytes; what is longer is passed over, and never held.
    :raises FileNotFoundError: where there is no git on ``PATH``.
    :raises OSError: where git ends in the middle.
    """
    given = b"".join(name + b"\n" for name in names)
    with git_stream(folder, ["cat-file", "--batch"], given) as stream:
        for _ in names:
            header = stream.readline()
            if header.endswith((b" missing\n", b" ambiguous\n")):
                yield None
                continue
            *_, kind, length = header.split() or (b"", b"")
            if not length.isdigit():
                raise OSError("git cat-file ended in the middle")
            if kind == b"blob" and int(length) <= most:
                yield stream.read(int(length))
            else:
                _pass_over(stream.read, int(length))
                yield None
            stream.read(1)


def _pass_over(read: Callable[[int], bytes], length: int) -> None:
    while length > 0 and (taken := len(read(min(length, _CHUNK)))):
        length -= taken
