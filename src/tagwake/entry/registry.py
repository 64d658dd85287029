"""Starts the embedded registry as a process of its own: `tagwake registry`."""

import asyncio
import contextlib
import signal
import sys
from pathlib import Path

from tagwake.core.errors import InvalidInput, UsageRefused
from tagwake.testing.registry import BasicAuth, EmbeddedRegistry, TokenAuth


def serve(
    listen: str = "127.0.0.1:5000",
    root: Path | None = None,
    *,
    tls: tuple[Path, Path] | None = None,
    auth: BasicAuth | TokenAuth | None = None,
    latency: float = 0.0,
    notify: tuple[str, ...] = (),
) -> int:
    """Run the registry until SIGINT or SIGTERM; gives the exit status.

    When it is ready it says `registry listening on http://HOST:PORT` on standard error.

    :param listen: `HOST:PORT`; port 0 takes a free one.
    :param root: the folder that keeps everything; None keeps it in memory.
    :param tls: PEM files of the certificate chain and its key.
    :raises InvalidInput: where `listen` is no `HOST:PORT`.
    :raises UsageRefused: where the port or the folder is taken, or a file cannot be read.
    """
    registry = EmbeddedRegistry(
        root, auth=auth, tls=tls, latency=latency, notify=notify, listen=parse_listen(listen)
    )
    try:
        asyncio.run(_until_told(registry))
    except OSError as error:
        raise UsageRefused(f"the registry cannot start on {listen}: {error.strerror or error}") from error
    return 0


def parse_listen(text: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT`, `[::1]:PORT` or `:PORT` (loopback).

    :raises InvalidInput: where it is neither.
    """
    host, colon, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    well_formed = colon and port.isascii() and port.isdigit() and int(port[:6]) <= 65535
    if not well_formed or (":" in bare and bare == host):
        raise InvalidInput(f"{text!r} is no address to listen on: write HOST:PORT, such as 127.0.0.1:5000")
    return bare or "127.0.0.1", int(port)


async def _until_told(registry: EmbeddedRegistry) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, told.set)
    async with registry:
        print(f"registry listening on {registry.url}", file=sys.stderr, flush=True)  # noqa: T201 - a face's line
        await told.wait()


def main(arguments: list[str]) -> int:
    """`python -m tagwake.entry.registry [--listen HOST:PORT] [--root DIR]`, without the rest of tagwake."""
    import argparse

    parser = argparse.ArgumentParser(prog="python -m tagwake.entry.registry", description=__doc__)
    parser.add_argument("--listen", default="127.0.0.1:5000", metavar="HOST:PORT")
    parser.add_argument("--root", type=Path, metavar="DIR")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--tls-certificate", type=Path, metavar="PEM")
    parser.add_argument("--tls-key", type=Path, metavar="PEM")
    asked = parser.parse_args(arguments)
    if (asked.tls_certificate is None) != (asked.tls_key is None):
        parser.error("--tls-certificate and --tls-key go together")
    tls = (asked.tls_certificate, asked.tls_key) if asked.tls_key is not None else None
    try:
        return serve(asked.listen, asked.root, tls=tls, latency=asked.latency)
    except (InvalidInput, UsageRefused) as error:
        with contextlib.suppress(BrokenPipeError):
            print(f"error: {error}", file=sys.stderr)  # noqa: T201 - a face's line
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
