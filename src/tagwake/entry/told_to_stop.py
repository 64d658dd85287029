"""SIGTERM and SIGINT as an event: what runs is told, and ends by itself; a second signal ends it at once."""

import asyncio
import signal

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def stop_event() -> asyncio.Event:
    """An event of this loop that the first of these signals sets."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def tell() -> None:
        told.set()
        for each in SIGNALS:
            loop.remove_signal_handler(each)  # from now on they do what they do elsewhere

    for each in SIGNALS:
        loop.add_signal_handler(each, tell)
    return told
