"""Runs a verb that waits for registries, under a progress line."""

import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tagwake.core.settings import Settings
from tagwake.faces.cli.progress_line import PACE, ProgressLine, progress_line
from tagwake.ports.registry_pages import RegistryWithPages

Result = TypeVar("Result")


def run(
    settings: Settings, work: Callable[[RegistryWithPages, ProgressLine], Awaitable[Result]]
) -> tuple[Result, str]:
    """What the work gives, with all registries open for it; and in words how far it came.

    :raises Interrupted: on Ctrl-C, where the work does not end by itself.
    """
    import asyncio

    from tagwake.wiring.registry import open_registry

    async def whole(line: ProgressLine) -> Result:
        drawing = asyncio.ensure_future(redraw(line))
        try:
            async with open_registry(settings, os.environ) as registry:
                return await work(registry, line)
        finally:
            drawing.cancel()

    async def redraw(line: ProgressLine) -> None:
        while True:
            await asyncio.sleep(PACE)
            line.draw()

    with progress_line("Looking up tags") as line:
        return asyncio.run(whole(line)), line.account()
