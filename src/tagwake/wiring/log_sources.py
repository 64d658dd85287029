"""Who is asked where a tag has been, and in which order."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from tagwake.adapters.clock import SystemClock
from tagwake.adapters.history_sources.registry_records import PagedRecords
from tagwake.adapters.timing import system_timing
from tagwake.core.reference import Stream
from tagwake.core.resolution import Unresolved
from tagwake.core.settings import Settings
from tagwake.ports.history_source import HistorySource, ToldEvents
from tagwake.ports.progress import Progress
from tagwake.ports.registry_pages import RegistryPages
from tagwake.ports.registry_record import RecordKind, RegistryRecord
from tagwake.ports.timing import Timing
from tagwake.verbs.history_sources import CommitSource, RecordSource, StoreSource
from tagwake.wiring.git_history import open_pin_history


@asynccontextmanager
async def open_log_sources(
    settings: Settings, environment: Mapping[str, str], folder: str, progress: Progress
) -> AsyncIterator[tuple[HistorySource, ...]]:
    """The service (``TAGWAKE_URL``), the store of this machine, the tag's registry, the commits of this repository.

    What is not at hand is left out, and nothing is opened before it is asked.

    :param folder: the repository around it is read.
    """
    timing = system_timing()
    async with AsyncExitStack() as stack:
        records = _LateRecords(settings, environment, timing, stack)
        commits = CommitSource(open_pin_history(folder, settings), timing, progress, is_optional=True)
        yield (RecordSource(records, timing), commits)


@asynccontextmanager
async def open_brief_sources(
    pages: RegistryPages,
) -> AsyncIterator[tuple[HistorySource, ...]]:
    """The same for a run that looks tags up: without who is known to have no record, and without commits, which take long.

    :param pages: of the registries that the run asks anyway.
    """
    timing = system_timing()
    yield (RecordSource(PagedRecords(pages, SystemClock(), is_brief=True), timing),)


def commit_source(settings: Settings, folder: str, progress: Progress) -> CommitSource:
    """The commits of this repository alone: there must be some."""
    return CommitSource(open_pin_history(folder, settings), system_timing(), progress)


def telling(sources: Sequence[HistorySource]) -> ToldEvents | None:
    """The first of these that has told events, ``None`` where none has."""
    return next((source for source in sources if isinstance(source, StoreSource)), None)


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
