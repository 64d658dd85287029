"""How far pins are behind, by whatever history is at hand; nothing is loaded before a pin is."""

from collections.abc import Collection, Mapping

from tagwake.core.settings import Settings

TYPE_CHECKING = False  # most runs find no pin that is behind, and pay for nothing here
if TYPE_CHECKING:
    from tagwake.core.reference import Stream
    from tagwake.ports.lag_source import Behind, Lags
    from tagwake.ports.registry_pages import RegistryPages


class LateLags:
    """Opens the sources of history when it is asked (:class:`tagwake.ports.lag_source.LagSource`).

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

    async def lags(self, behind: "Collection[Behind]", ahead: "Collection[Stream]" = ()) -> "Lags":
        """How far these are behind."""
        from tagwake.adapters.timing import system_timing
        from tagwake.core.errors import TagwakeError
        from tagwake.ports.lag_source import Lags
        from tagwake.verbs.lag import HistoryLags
        from tagwake.wiring.git_history import open_pin_history
        from tagwake.wiring.log_sources import open_brief_sources

        try:
            async with open_brief_sources(self._pages, self._environment) as sources:
                pins = open_pin_history(self._folder, self._settings)
                return await HistoryLags(sources, system_timing().now, pins=pins).lags(behind, ahead)
        except TagwakeError:  # whoever asks for a history itself is told
            return Lags()
