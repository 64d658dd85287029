"""A database, opened: SQLite in WAL mode, or PostgreSQL, and whole transactions on it."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from tagwake.core.errors import StoreFailed

BUSY_SECONDS = 30
"""How long a transaction waits for another process's on SQLite, and for a free connection on PostgreSQL."""

_READS = "tagwake_reads"
_UNDONE = {"40P01", "40001"}  # PostgreSQL, Appendix A: a deadlock, and what could not be put in an order
_writers: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()


def open_engine(url: str, *, pool_size: int = 8) -> Engine:
    """An engine for ``sqlite:///path`` or ``postgresql://…`` (by psycopg 3).

    Two threads of one process that write to SQLite take turns by a lock of ours: SQLite's own wait sleeps, and has no
    queue.
    """
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.partition("://")[2]
    if not url.startswith("sqlite"):
        return create_engine(
            url, pool_size=pool_size, max_overflow=pool_size, pool_timeout=BUSY_SECONDS, pool_pre_ping=True
        )
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def is_sqlite(connection: Connection) -> bool:
    """Whether the other end is SQLite: it serves one writer at a time, and needs no locks on rows."""
    return connection.dialect.name == "sqlite"


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One whole transaction in this thread: committed at the end, undone where anything is raised.

    :raises StoreFailed: when the database does not answer, or refuses.
    """
    with _told(engine), _turn(engine), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, and never waits for one that writes.

    :raises StoreFailed: when the database does not answer, or refuses.
    """
    options: dict[str, Any] = {_READS: True}
    if engine.dialect.name != "sqlite":
        options["isolation_level"] = (
            "AUTOCOMMIT"  # each statement sees what is committed in a transaction as well
        )
    with _told(engine), engine.connect().execution_options(**options) as connection:
        yield connection
        connection.commit()  # it wrote nothing, and what the dictionaries read of it was committed


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolExhausted) as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise StoreFailed(f"{engine.url.render_as_string(hide_password=True)}: {reason}") from error


def is_away(error: Exception) -> bool:
    """Whether a failure says that the database does not answer, so that nothing else will be answered either."""
    cause = error.__cause__
    if isinstance(cause, OperationalError):
        return getattr(cause.orig, "sqlstate", None) not in _UNDONE
    return isinstance(cause, PoolExhausted)


def _turn(engine: Engine) -> AbstractContextManager[object]:
    return _writers.setdefault(engine, threading.Lock()) if engine.dialect.name == "sqlite" else nullcontext()


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get(_READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
