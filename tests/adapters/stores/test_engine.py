from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, text

from tagwake.adapters.stores.engine import is_away, open_engine, transaction
from tagwake.adapters.stores.schema import upgrade
from tagwake.adapters.stores.tables import words
from tagwake.core.errors import StoreFailed


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path}/a.db"
    engine = open_engine(request.getfixturevalue("postgres_url") if request.param == "postgres" else url)
    upgrade(engine)
    yield engine
    engine.dispose()


def test_a_statement_that_is_refused_is_its_own_fault(engine: Engine) -> None:
    with pytest.raises(StoreFailed) as failed, transaction(engine) as connection:
        connection.execute(insert(words), [{"id": 1, "text": "poll"}, {"id": 2, "text": "poll"}])
    assert not is_away(failed.value)
    with transaction(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM words")).scalar() == 0


@pytest.mark.parametrize(
    "url", ["postgresql://nobody:hunter2@/nowhere?host=/nowhere", "sqlite:////nowhere/at/all.db"]
)
def test_a_database_that_does_not_answer_is_nobody_s_fault(url: str) -> None:
    engine = open_engine(url)
    with pytest.raises(StoreFailed) as failed, transaction(engine):
        pytest.fail("there is no database")
    assert is_away(failed.value)
    assert "hunter2" not in str(failed.value)
    engine.dispose()
