"""The application behind a real server on a free port, in a thread."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tagwake.faces.service.app import App
from tagwake.faces.service.server import Address, Server, url_of


@contextmanager
def running(app: App) -> Iterator[str]:
    """Serve until the block ends; yields the URL."""
    with Address.of("127.0.0.1", 0).bind() as listening:
        told = asyncio.Event()
        loop = asyncio.new_event_loop()

        def serve() -> None:
            asyncio.set_event_loop(loop)
            loop.run_until_complete(Server(app).run_until(told, listening))
            loop.run_until_complete(_end_tasks())
            loop.run_until_complete(loop.shutdown_asyncgens())

        thread = threading.Thread(target=serve, name="server")
        thread.start()
        try:
            yield url_of(listening)
        finally:
            loop.call_soon_threadsafe(app.leave)
            loop.call_soon_threadsafe(told.set)
            thread.join()
            loop.close()


async def _end_tasks() -> None:
    """End what still waits, such as for news of the feed."""
    waiting = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
