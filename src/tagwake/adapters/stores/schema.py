"""The schema, brought to its newest revision when a database is opened."""

from os.path import dirname

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from tagwake.adapters.stores import migrations
from tagwake.adapters.stores.engine import is_sqlite, transaction

_LOCK = 0x7461677761_6B65
"""Names the lock under which one of several processes migrates a PostgreSQL database: ``tagwake`` in ASCII."""


def upgrade(engine: Engine, revision: str = "heads") -> None:
    """Make the tables, or bring older ones up to ``revision``; several processes may do so at once.

    :raises StoreFailed: when the database does not answer, or refuses.
    """
    with transaction(engine) as connection:
        upgrade_within(connection, revision)


def upgrade_within(connection: Connection, revision: str = "heads") -> None:
    """Do so in a transaction that is open."""
    if not is_sqlite(connection):
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = _config()
    script = ScriptDirectory.from_config(config)

    def steps(here: object, _context: MigrationContext) -> list[RevisionStep]:
        return script._upgrade_revs(revision, here)  # type: ignore[arg-type]  # noqa: SLF001 (as Alembic's cookbook says)

    with EnvironmentContext(config, script, fn=steps) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()


def newest_revisions() -> tuple[str, ...]:
    """The revisions that nothing follows: what a database is at after :func:`upgrade`."""
    return tuple(ScriptDirectory.from_config(_config()).get_heads())


def revisions_of(connection: Connection) -> tuple[str, ...]:
    """The revisions that a database is at; none where it is empty."""
    return tuple(MigrationContext.configure(connection).get_current_heads())


def _config() -> Config:
    here = dirname(migrations.__file__)
    config = Config()
    for name, value in (
        ("script_location", here),
        ("version_locations", here),
        ("path_separator", "newline"),
    ):
        config.set_main_option(name, value.replace("%", "%%"))
    return config
