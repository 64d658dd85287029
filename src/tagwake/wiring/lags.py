"""How far pins are behind, by whatever history is at hand; nothing is loaded before a pin is."""

from collections.abc import Collection, Mapping
from types import TracebackType

from tagwake.core.settings import Settings

TYPE_CHECKING = False  # most runs find no pin that is behind, and pay for nothing here
if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence
    from contextlib import AsyncExitStack
    from typing import Self

    from tagwake.core.reference import Stream
    from tagwake.ports.history_source import HistorySource
    from tagwake.ports.lag_source import Behind, Lags
    from tagwake.ports.registry_pages import RegistryPages
    from tagwake.verbs.lag import HistoryLags


class LateLags:
    """Opens the sources of history when the first is asked (:class:`tagwake.ports.lag_source.LagSource`), for one run.

    :param pages: of the registries that the run asks anyway.
    :param environment: names a service, or a database.
    :param folder: the code base, whose commits are asked last.
    """

    def __init__(
        self, pages: "RegistryPages", environment: Mapping[str, str], folder: str, settings: Settings
    ) -> None:
        self._pages = pages
        self._environment = environment
        self._folder = folder
        self._settings = settings
        self._lags: HistoryLags | None = None
        self._stack: AsyncExitStack | None = None
        self._opening: asyncio.Task[Sequence[HistorySource]] | None = None

    async def __aenter__(self) -> "Self":
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._lags is not None:
            await self._lags.end()
        if self._stack is not None:
            await self._stack.aclose()

    def begin(self, stream: "Stream") -> None:
        """Begin to ask for this tag."""
        self._opened().begin(stream)

    async def lags(self, behind: "Collection[Behind]", ahead: "Collection[Stream]" = ()) -> "Lags":
        """How far these are behind."""
        return await self._opened().lags(behind, ahead)

    def _opened(self) -> "HistoryLags":
        if self._lags is None:
            from tagwake.adapters.timing import system_timing
            from tagwake.verbs.lag import HistoryLags
            from tagwake.wiring.git_history import open_pin_history

            pins = open_pin_history(self._folder, self._settings)
            self._lags = HistoryLags(self._sources, system_timing().now, pins=pins)
        return self._lags

    async def _sources(self) -> "Sequence[HistorySource]":
        import asyncio

        if self._opening is None:
            self._opening = asyncio.ensure_future(self._open())
        return await asyncio.shield(self._opening)

    async def _open(self) -> "Sequence[HistorySource]":
        from contextlib import AsyncExitStack

        from tagwake.core.errors import TagwakeError
        from tagwake.wiring.log_sources import open_brief_sources

        self._stack = AsyncExitStack()
        try:
            return await self._stack.enter_async_context(open_brief_sources(self._pages, self._environment))
        except TagwakeError:  # whoever asks for a history itself is told
            return ()
