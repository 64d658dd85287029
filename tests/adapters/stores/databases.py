"""Both databases, empty or with all tables: what tests of the store are given."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tagwake.adapters.stores.engine import open_engine

ENGINES = ("sqlite", "postgresql")
each_engine = pytest.mark.parametrize("url", ENGINES, indirect=True)


@contextmanager
def opened(url: str, prepare: Callable[[Engine], object] = lambda _: None) -> Iterator[Engine]:
    """An engine, closed at the end; what a crash of the machine would lose is not the tests'."""
    engine = open_engine(url)
    if url.startswith("sqlite"):
        event.listen(engine, "connect", _hurry)
    try:
        prepare(engine)
        yield engine
    finally:
        engine.dispose()


def _hurry(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")
