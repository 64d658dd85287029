"""Starts the service: `tagwake serve`, and `tagwake worker` for processes that answer nobody."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager

from tagwake.core.errors import UsageRefused
from tagwake.core.service_settings import WORK_KINDS, ServiceSettings
from tagwake.entry.listening import parse_listen
from tagwake.entry.told_to_stop import stop_event
from tagwake.wiring.service import Service, open_service
from tagwake.wiring.service_settings import hook_source, load_service_settings
from tagwake.wiring.stores import require_extra
from tagwake.wiring.work import Run, open_work

LISTEN = "127.0.0.1:8750"
BY = "tagwake-service.toml"
"""Who added the watches of the settings."""
PUBLIC = "TAGWAKE_PUBLIC_URL"
"""Names the service in events."""
SOURCE = "tagwake"
"""Names it where nobody says otherwise: the same in all processes, for an event is known by its source and id."""


def serve(listen: str = LISTEN, settings: str | None = None, *, only: Collection[str] = WORK_KINDS) -> int:
    """Answer requests, and work, until SIGINT or SIGTERM; gives the exit status.

    When it is ready it logs ``serving`` with its ``url``, a line of JSON on standard error.

    :param listen: ``HOST:PORT``; port 0 takes a free one.
    :param settings: a file, in place of ``tagwake-service.toml`` in the working directory.
    :param only: the work that is done beside answering.
    :raises InvalidInput: for an address or settings that cannot be read.
    :raises UsageRefused: where the port is taken, others could connect and there is no token, or the extra is missing.
    :raises StoreFailed: where the database does not answer.
    """
    require_extra()
    host, port = parse_listen(listen, LISTEN)
    read, folder = load_service_settings(os.environ, settings)
    with _logging(), open_service(os.environ, read) as service:
        apply(service, read, os.environ, folder)
        asyncio.run(_serve(service, read, (host, port), only))
    return 0


def work(only: Collection[str] = WORK_KINDS, settings: str | None = None) -> int:
    """Work until SIGINT or SIGTERM, and answer nobody; gives the exit status.

    :param only: which work.
    :raises UsageRefused: for an unknown kind of work, or where the extra is missing.
    :raises StoreFailed: where the database does not answer.
    """
    require_extra()
    unknown = [kind for kind in only if kind not in WORK_KINDS]
    if unknown or not only:
        raise UsageRefused(
            f"there is no work {unknown[0]!r}: there is {', '.join(WORK_KINDS)}"
            if unknown
            else "name some work"
        )
    read, _ = load_service_settings(os.environ, settings)
    with _logging(), open_service(os.environ, read) as service:
        asyncio.run(_work(service, read, only))
    return 0


def apply(service: Service, settings: ServiceSettings, environment: Mapping[str, str], folder: str) -> None:
    """Write what the settings name into the database: watches and sources.

    :raises InvalidSettings: where a secret of a source is not there.
    :raises UsageRefused: where a source cannot be taken.
    """
    from tagwake.verbs.source import add_source

    now = service.timing.now()
    for source in settings.sources:
        add_source(
            service.sources,
            hook_source(source, environment, folder),
            random_bytes=service.random_bytes,
            now=now,
        )
    if settings.repositories:
        service.watches.watch(settings.repositories, by=BY, now=now)


async def _serve(
    service: Service, settings: ServiceSettings, place: tuple[str, int], only: Collection[str]
) -> None:
    from tagwake.faces.service.logs import say
    from tagwake.faces.service.opening import open_app
    from tagwake.faces.service.server import Address, Server, url_of
    from tagwake.wiring.issuer_keys import open_issuer_keys

    address = Address.of(*place)
    if not address.is_loopback:
        _require_token(service, address.text)
    told = stop_event()
    with address.bind() as listening:
        url = url_of(listening)
        async with AsyncExitStack() as stack:
            issuers = await stack.enter_async_context(
                open_issuer_keys(settings.egress, os.environ, service.timing)
            )
            app = await stack.enter_async_context(
                open_app(service, issuers, is_loopback=address.is_loopback, rate=settings.rate)
            )
            source = os.environ.get(PUBLIC) or SOURCE
            runs = await stack.enter_async_context(
                open_work(service, settings, os.environ, only, source=source)
            )
            say(logging.INFO, "serving", url=url)
            working = asyncio.ensure_future(_run(runs, told))
            leaving = asyncio.ensure_future(_leave(told, app.leave))
            try:
                await Server(app).run_until(told, listening)
            finally:
                told.set()
                await asyncio.gather(working, leaving)
            say(logging.INFO, "stopped")


async def _work(service: Service, settings: ServiceSettings, only: Collection[str]) -> None:
    from tagwake.faces.service.logs import say

    told = stop_event()
    source = os.environ.get(PUBLIC) or SOURCE
    async with open_work(service, settings, os.environ, only, source=source) as runs:
        say(logging.INFO, "working", only=",".join(only))
        await _run(runs, told)
    say(logging.INFO, "stopped")


async def _run(runs: Iterable[Run], told: asyncio.Event) -> None:
    """All of them until told to stop; one that fails ends them all."""
    tasks = [asyncio.ensure_future(run()) for run in runs]
    waiting = asyncio.ensure_future(told.wait())
    try:
        await asyncio.wait({waiting, *tasks}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        told.set()
        waiting.cancel()
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException) and not isinstance(end, asyncio.CancelledError):
            raise end


async def _leave(told: asyncio.Event, leave: Callable[[], None]) -> None:
    await told.wait()
    leave()


def _require_token(service: Service, address: str) -> None:
    if not any(token.is_live for token in service.tokens.tokens()):
        raise UsageRefused(
            f"others could connect to {address}, and there is no token: `tagwake token add NAME --scope read`, "
            f"or listen on {LISTEN}"
        )


@contextmanager
def _logging() -> Iterator[None]:
    from tagwake.faces.service.logs import close_log, open_log

    handler = open_log(sys.stderr)
    try:
        yield
    finally:
        close_log(handler)
