"""Databases for contracts: migrated once, and an empty one for each test."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Engine
from tests.postgres_server import PostgresServer

from tagwake.adapters.stores.engine import open_engine
from tagwake.adapters.stores.schema import upgrade


@contextmanager
def sqlite(folder: Path) -> Iterator[Engine]:
    """An empty SQLite database in a folder."""
    shutil.copy(_migrated_file(), folder / "tagwake.db")
    with _opened(f"sqlite:///{folder}/tagwake.db") as engine:
        yield engine


@contextmanager
def postgres(server: PostgresServer) -> Iterator[Engine]:
    """An empty PostgreSQL database."""
    url = server.new_database(like=_migrated_database(server))
    with _opened(url) as engine:
        yield engine
    server.drop(url)


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def _migrate(url: str) -> str:
    with _opened(url) as engine:
        upgrade(engine)
    return url


@cache
def _migrated_file() -> str:
    folder = tempfile.mkdtemp(prefix="tagwake-")
    _migrate(f"sqlite:///{folder}/empty.db")
    return f"{folder}/empty.db"


_databases: dict[Path, str] = {}


def _migrated_database(server: PostgresServer) -> str:
    if server.folder not in _databases:
        _databases[server.folder] = _migrate(server.new_database())
    return _databases[server.folder]
