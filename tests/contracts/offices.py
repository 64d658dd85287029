"""Watches, queues and a history over one set of rows: in memory, and in a database."""

from sqlalchemy import Engine

from tagwake.adapters.stores.history import DatabaseHistory
from tagwake.adapters.stores.host_budgets import HostBudgets
from tagwake.adapters.stores.list_queue import DatabaseListQueue
from tagwake.adapters.stores.look_queue import DatabaseLookQueue
from tagwake.adapters.stores.watch_store import DatabaseWatchStore
from tagwake.testing.contracts.look_queue import AMPLE, SCARCE, SLOW
from tagwake.testing.twins.history_store import HistoryStoreTwin
from tagwake.testing.twins.list_queue import ListQueueTwin
from tagwake.testing.twins.look_queue import LookQueueTwin
from tagwake.testing.twins.watch_store import WatchStoreTwin
from tagwake.testing.twins.work import Work


class TwinOffice:
    def __init__(self) -> None:
        work = Work(AMPLE, {SLOW: SCARCE})
        self.history = HistoryStoreTwin(gaps=work.gaps)
        self.looks = LookQueueTwin(work, self.history)
        self.lists = ListQueueTwin(work)
        self.watches = WatchStoreTwin(work)


class DatabaseOffice:
    def __init__(self, engine: Engine) -> None:
        budgets = HostBudgets(AMPLE, {SLOW: SCARCE})
        self.history = DatabaseHistory(engine)
        self.looks = DatabaseLookQueue(engine, budgets)
        self.lists = DatabaseListQueue(engine, budgets)
        self.watches = DatabaseWatchStore(engine, budgets)
