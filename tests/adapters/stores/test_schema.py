from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from tagwake.adapters.stores.engine import open_engine, reading
from tagwake.adapters.stores.schema import newest_revisions, revisions_of, upgrade
from tagwake.adapters.stores.work_tables import looks


def test_from_empty(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/a.db")
    upgrade(engine)
    upgrade(engine)
    with reading(engine) as connection:
        assert revisions_of(connection) == newest_revisions()
        assert compare_metadata(MigrationContext.configure(connection), looks.metadata) == []
    engine.dispose()
