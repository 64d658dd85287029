"""All stores of one database, opened and brought up to date."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec

from tagwake.core.errors import UsageRefused
from tagwake.core.service_settings import ServiceSettings
from tagwake.ports.feed import Feed
from tagwake.ports.history_store import HistoryStore
from tagwake.ports.list_queue import ListQueue
from tagwake.ports.look_queue import LookQueue
from tagwake.ports.sealer import Sealer
from tagwake.ports.source_store import SourceStore
from tagwake.ports.subscription_store import SubscriptionStore
from tagwake.ports.token_store import TokenStore
from tagwake.ports.watch_store import WatchStore
from tagwake.wiring.service_home import database_url, make_home

EXTRA = ("sqlalchemy", "alembic", "psycopg", "litestar", "uvicorn", "prometheus_client", "jinja2", "jwt")
KEY = "TAGWAKE_SECRET_KEY"


@dataclass(frozen=True, slots=True)
class Stores:
    """What is kept in one database; every method of each is one transaction, and blocks."""

    history: HistoryStore
    feed: Feed
    looks: LookQueue
    lists: ListQueue
    watches: WatchStore
    sources: SourceStore
    subscriptions: SubscriptionStore
    tokens: TokenStore


def require_extra() -> None:
    """Say so in one line where what the service stands on is not installed.

    :raises UsageRefused: with the command that installs it.
    """
    missing = [name for name in EXTRA if find_spec(name) is None]
    if missing:
        raise UsageRefused(
            f"this needs what the service stands on ({missing[0]} is missing): pip install 'tagwake[service]'"
        )


@contextmanager
def open_stores(
    environment: Mapping[str, str], settings: ServiceSettings, *, pool_size: int = 8
) -> Iterator[Stores]:
    """The stores of ``TAGWAKE_DATABASE_URL`` or of the state directory; the schema is made, or brought up to date.

    :param environment: of the variables above, and ``TAGWAKE_SECRET_KEY``, which secrets are sealed with.
    :raises UsageRefused: where there is nowhere to keep them, or the extra is not installed.
    :raises StoreFailed: where the database does not answer.
    """
    require_extra()
    from tagwake.adapters.stores.engine import open_engine
    from tagwake.adapters.stores.feed import DatabaseFeed
    from tagwake.adapters.stores.history import DatabaseHistory
    from tagwake.adapters.stores.host_budgets import HostBudgets
    from tagwake.adapters.stores.list_queue import DatabaseListQueue
    from tagwake.adapters.stores.look_queue import DatabaseLookQueue
    from tagwake.adapters.stores.schema import upgrade
    from tagwake.adapters.stores.source_store import DatabaseSourceStore
    from tagwake.adapters.stores.subscription_store import DatabaseSubscriptionStore
    from tagwake.adapters.stores.token_store import DatabaseTokenStore
    from tagwake.adapters.stores.watch_store import DatabaseWatchStore

    url = database_url(environment)
    make_home(url)
    engine = open_engine(url, pool_size=pool_size)
    try:
        upgrade(engine)
        sealer = open_sealer(environment)
        budgets = HostBudgets(settings.usual, settings.budgets)
        immutable = settings.must_not_move
        yield Stores(
            history=DatabaseHistory(engine, immutable=immutable, kept=settings.sightings_kept),
            feed=DatabaseFeed(engine),
            looks=DatabaseLookQueue(engine, budgets, immutable),
            lists=DatabaseListQueue(engine, budgets),
            watches=DatabaseWatchStore(engine, budgets),
            sources=DatabaseSourceStore(engine, sealer),
            subscriptions=DatabaseSubscriptionStore(engine, sealer),
            tokens=DatabaseTokenStore(engine),
        )
    finally:
        engine.dispose()


def open_sealer(environment: Mapping[str, str]) -> Sealer:
    """What seals secrets with the operator's key; without one it says so when there is a secret to seal."""
    from tagwake.adapters.sealing import KeySealer, NoSealer

    key = environment.get(KEY, "")
    return KeySealer.of(key) if key else NoSealer()
