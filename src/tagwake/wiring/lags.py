"""How far pins are behind, by whatever history is at hand; nothing is loaded before a pin is."""

from collections.abc import Collection, Mapping

TYPE_CHECKING = False  # most runs find no pin that is behind, and pay for nothing here
if TYPE_CHECKING:
    from tagwake.ports.lag_source import Behind, Lags
    from tagwake.ports.registry_pages import RegistryPages


class LateLags:
    """Opens the sources of history when it is asked (:class:`tagwake.ports.lag_source.LagSource`).

    :param pages: of the registries that the run asks anyway.
    :param environment: names a service, or a database.
    """

    def __init__(self, pages: "RegistryPages", environment: Mapping[str, str]) -> None:
        self._pages = pages
        self._environment = environment

    async def lags(self, behind: "Collection[Behind]") -> "Lags":
        """How far these are behind."""
        from tagwake.adapters.timing import system_timing
        from tagwake.core.errors import TagwakeError
        from tagwake.ports.lag_source import Lags
        from tagwake.verbs.lag import HistoryLags
        from tagwake.wiring.log_sources import open_brief_sources

        try:
            async with open_brief_sources(self._pages, self._environment) as sources:
                return await HistoryLags(sources, system_timing().now).lags(behind)
        except TagwakeError:  # whoever asks for a history itself is told
            return Lags()
