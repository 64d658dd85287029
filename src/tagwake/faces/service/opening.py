"""The application with its hooks, for as long as it serves."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tagwake.core.budget import Budget
from tagwake.core.errors import StoreFailed
from tagwake.faces.service.access import Access
from tagwake.faces.service.app import App, Note
from tagwake.faces.service.asgi import Application
from tagwake.faces.service.hook_batches import HookBatches
from tagwake.faces.service.hook_directory import HookDirectory
from tagwake.faces.service.hook_keys import HookKeys
from tagwake.faces.service.hooks import Hooks
from tagwake.faces.service.logs import say
from tagwake.faces.service.web.pages import Pages
from tagwake.ports.issuer_keys import IssuerKeys
from tagwake.wiring.service import Service


@asynccontextmanager
async def open_app(
    service: Service, issuers: IssuerKeys, *, is_loopback: bool, rate: Budget
) -> AsyncIterator[App]:
    """The application; at the end hooks that were taken are committed, and uses of tokens written.

    :param issuers: whom identity tokens of hooks are checked with.
    :param is_loopback: whether it is served on loopback alone.
    :param rate: how many requests a token may make.
    """
    access = Access(service, is_loopback=is_loopback, rate=rate)
    directory = HookDirectory(service.sources, service.timing, _failed)
    keys = HookKeys(issuers, service.timing)
    async with HookBatches(service.looks, service.sources, service.timing, _failed) as batches:

        def hooks(note: Note) -> Application:
            return Hooks(directory, batches, keys, service.timing, note=note)

        try:
            pages = Pages(service, access)
            yield App(service, access, hooks=hooks, pages=pages, refuse=pages.refuse)
        finally:
            await _close(access)


async def _close(access: Access) -> None:
    try:
        await access.close()
    except StoreFailed as error:
        _failed(error)


def _failed(error: Exception) -> None:
    say(logging.ERROR, "the database could not be written", reason=f"{type(error).__name__}: {error}")
