"""Starts the embedded registry as a process of its own: `tagwake registry`."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from tagwake.core.errors import InvalidInput, UsageRefused
from tagwake.entry.listening import parse_listen
from tagwake.testing.registry import BasicAuth, EmbeddedRegistry, TokenAuth


def serve(
    listen: str = "127.0.0.1:5000",
    root: Path | None = None,
    *,
    tls: tuple[Path, Path] | None = None,
    accounts: Path | None = None,
    tokens: bool = False,
    anonymous_pull: bool = False,
    latency: float = 0.0,
    notify: Sequence[str] = (),
) -> int:
    """Run the registry until SIGINT or SIGTERM; gives the exit status.

    When it is ready it says `registry listening on http://HOST:PORT` on standard error.

    :param listen: `HOST:PORT`; port 0 takes a free one.
    :param root: the folder that keeps everything; None keeps it in memory.
    :param tls: PEM files of the certificate chain and its key.
    :param accounts: a file of `name:password` lines; who has none of them may do nothing.
    :param tokens: give the accounts tokens, where they would send their passwords with every request.
    :param anonymous_pull: let everybody pull.
    :param latency: seconds before each answer.
    :param notify: URLs that are told of what happens.
    :raises InvalidInput: where `listen` is no `HOST:PORT`, or a line of the file no account.
    :raises UsageRefused: where the port or the folder is taken, or a file cannot be read.
    """
    if accounts is None and (tokens or anonymous_pull):
        raise UsageRefused("tokens and anonymous pulls are for a registry with accounts: name their file")
    try:
        auth = None
        if accounts is not None:
            anonymous = ("pull",) if anonymous_pull else ()
            auth = (TokenAuth if tokens else BasicAuth)(read_accounts(accounts), anonymous)
        registry = EmbeddedRegistry(
            root, auth=auth, tls=tls, latency=latency, notify=notify, listen=parse_listen(listen)
        )
        asyncio.run(_until_told(registry))
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise UsageRefused(
            f"the registry cannot start on {listen}: {place}{error.strerror or error}"
        ) from error
    return 0


def read_accounts(path: Path) -> dict[str, str]:
    """Names and passwords of a file of `name:password` lines; empty lines and those that start with # are passed over.

    :raises InvalidInput: where a line is none; the message holds its number, not its text.
    :raises OSError: where it cannot be read.
    """
    found = {}
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        name, colon, password = line.partition(":")
        if not name or not colon or not password:
            raise InvalidInput(f"{path}:{number} is no account: write name:password")
        found[name] = password
    return found


async def _until_told(registry: EmbeddedRegistry) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, told.set)
    async with registry:
        print(f"registry listening on {registry.url}", file=sys.stderr, flush=True)  # noqa: T201 - a face's line
        await told.wait()
