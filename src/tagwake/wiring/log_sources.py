"""Who is asked where a tag has been, and in which order."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from tagwake.adapters.clock import SystemClock
from tagwake.adapters.history_sources.registry_records import PagedRecords
from tagwake.adapters.timing import system_timing
from tagwake.core.errors import TagwakeError, UsageRefused
from tagwake.core.reference import Stream
from tagwake.core.resolution import Failure, Unresolved
from tagwake.core.settings import Settings
from tagwake.core.tag_log import LogRange
from tagwake.ports.history_source import HistorySource, ToldEvents
from tagwake.ports.progress import Progress
from tagwake.ports.registry_pages import RegistryPages
from tagwake.ports.registry_record import RecordKind, RegistryRecord
from tagwake.ports.timing import Timing
from tagwake.verbs.history_sources import CommitSource, RecordSource, StoreSource
from tagwake.wiring.git_history import open_pin_history
from tagwake.wiring.service_client import is_named, open_client
from tagwake.wiring.service_home import is_at_hand


@asynccontextmanager
async def open_log_sources(
    settings: Settings, environment: Mapping[str, str], folder: str, progress: Progress
) -> AsyncIterator[tuple[HistorySource, ...]]:
    """The service (``TAGWAKE_URL``), the store of this machine, the tag's registry, the commits of this repository.

    What is not at hand is left out.

    :param folder: the repository around it is read.
    :raises UsageRefused: where the service's URL is none.
    """
    timing = system_timing()
    async with AsyncExitStack() as stack:
        recorded = await _recorded(stack, environment, timing)
        records = _LateRecords(settings, environment, timing, stack)
        commits = CommitSource(open_pin_history(folder, settings), timing, progress, is_optional=True)
        yield (*recorded, RecordSource(records, timing), commits)


@asynccontextmanager
async def open_brief_sources(
    pages: RegistryPages, environment: Mapping[str, str]
) -> AsyncIterator[tuple[HistorySource, ...]]:
    """The same for a run that looks tags up: without who is known to have no record, and without commits, which take long.

    :param pages: of the registries that the run asks anyway.
    """
    timing = system_timing()
    async with AsyncExitStack() as stack:
        recorded = await _recorded(stack, environment, timing)
        yield (*recorded, RecordSource(PagedRecords(pages, SystemClock(), is_brief=True), timing))


async def _recorded(
    stack: AsyncExitStack, environment: Mapping[str, str], timing: Timing
) -> list[HistorySource]:
    """The service that is named, else the store of this machine where there is one."""
    if is_named(environment):
        from tagwake.adapters.service_api.history import ServiceSource

        client = await stack.enter_async_context(open_client(environment, timing))
        return [ServiceSource(client, timing)]
    if not is_at_hand(environment):
        return []
    from tagwake.core.service_settings import ServiceSettings
    from tagwake.wiring.stores import open_stores

    try:
        stores = stack.enter_context(open_stores(environment, ServiceSettings()))
    except TagwakeError as error:
        return [_Unopened(str(error))]
    return [StoreSource(stores.history, stores.feed, stores.watches, timing)]


def commit_source(settings: Settings, folder: str, progress: Progress) -> CommitSource:
    """The commits of this repository alone: there must be some."""
    return CommitSource(open_pin_history(folder, settings), system_timing(), progress)


def telling(sources: Sequence[HistorySource]) -> ToldEvents | None:
    """The first of these that has told events, ``None`` where none has."""
    return next((source for source in sources if isinstance(source, ToldEvents)), None)


class _Unopened:
    """A store that is there and cannot be opened: the others are asked, and it is said."""

    name = StoreSource.name

    def __init__(self, reason: str) -> None:
        self._answer = Unresolved(Failure.CONNECTION, reason)

    async def history(self, stream: Stream, asked: LogRange) -> Unresolved:  # noqa: ARG002 - it knows nothing of any
        return self._answer

    async def news(self, stream: Stream) -> None:
        raise UsageRefused(f"{stream}: {self._answer.reason}")


class _LateRecords:
    """The records of registries, which are opened when the first is asked: loading HTTP takes a while."""

    def __init__(
        self, settings: Settings, environment: Mapping[str, str], timing: Timing, stack: AsyncExitStack
    ) -> None:
        self._settings = settings
        self._environment = environment
        self._timing = timing
        self._stack = stack
        self._records: PagedRecords | None = None

    async def record(
        self, stream: Stream, kinds: Sequence[RecordKind] = ()
    ) -> RegistryRecord | Unresolved | None:
        if self._records is None:
            from tagwake.adapters.registries import open_registries

            pages = await self._stack.enter_async_context(
                open_registries(self._settings.registries, self._environment, timing=self._timing)
            )
            self._records = PagedRecords(pages, SystemClock())
        return await self._records.record(stream, kinds)
