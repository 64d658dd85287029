"""A pipe that holds more than the kernel gives it, where the kernel lets it."""

from contextlib import suppress

SIZE = 1 << 20
"""Bytes; a user without privileges may have as much on Linux (pipe(7), ``pipe-max-size``)."""


def widen(pipe: int) -> None:
    """Let the other end write much before anybody reads; where that cannot be had, the small pipe works as well."""
    import fcntl

    resize = getattr(fcntl, "F_SETPIPE_SZ", None)
    if resize is not None:
        with suppress(OSError):  # the user is over the kernel's budget for pipes
            fcntl.fcntl(pipe, resize, SIZE)
