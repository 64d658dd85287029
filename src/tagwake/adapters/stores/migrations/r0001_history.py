"""The first revision: the history and the feed."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    _dictionaries()
    _history()
    _feed()


def _dictionaries() -> None:
    op.create_table(
        "repositories",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("registry", _NAME, nullable=False),
        sa.Column("name", _NAME, nullable=False),
        sa.UniqueConstraint("registry", "name", name="repositories_are_unique"),
    )
    op.create_table(
        "tags",
        sa.Column("id", _ID, primary_key=True),
        sa.Column(
            "repository", _ID, sa.ForeignKey("repositories.id", name="tags_repository"), nullable=False
        ),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("position", sa.Integer),
        sa.Column("digest", _ID),
        sa.Column("moved_at", sa.BigInteger),
        sa.Column("seen_at", sa.BigInteger),
        sa.Column("seen_how", sa.SmallInteger),
        sa.Column("watched_since", sa.BigInteger),
        sa.Column("chain", sa.LargeBinary),
        sa.UniqueConstraint("repository", "name", name="tags_are_unique"),
    )
    op.create_index("tags_by_moved_at", "tags", ["moved_at"])
    op.create_table(
        "digests",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("algorithm", sa.SmallInteger, nullable=False),
        sa.Column("media_type", sa.SmallInteger),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.BigInteger),
        sa.UniqueConstraint("bytes", "algorithm", name="digests_are_unique"),
    )
    op.create_table(
        "words",
        sa.Column("id", sa.SmallInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.UniqueConstraint("text", name="words_are_unique"),
    )


def _history() -> None:
    op.create_table(
        "moves",
        sa.Column("tag", _ID, primary_key=True, autoincrement=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("digest", _ID),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("how", sa.SmallInteger, nullable=False),
        sa.Column("rollback", sa.Boolean, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("until_how", sa.SmallInteger),
        sa.Column("claimed_at", sa.BigInteger),
        sa.Column("own_seen_at", sa.BigInteger),
        sa.Column("own_how", sa.SmallInteger),
        sqlite_with_rowid=False,
    )
    points = sa.text("digest IS NOT NULL")
    op.create_index("moves_by_digest", "moves", ["digest"], sqlite_where=points, postgresql_where=points)
    op.create_table(
        "sightings",
        sa.Column("tag", _ID, primary_key=True, autoincrement=False),
        sa.Column("seen_at", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("digest", _ID, primary_key=True, autoincrement=False),
        sa.Column("how", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("claimed_at", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("recorded_on", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "gaps",
        sa.Column("tag", _ID, primary_key=True, autoincrement=False),
        sa.Column("start", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("end", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _feed() -> None:
    op.create_table(
        "events",
        sa.Column("cursor", _ID, primary_key=True, autoincrement=False),
        sa.Column("tag", _ID, nullable=False),
        sa.Column("type", sa.SmallInteger, nullable=False),
        sa.Column("how", sa.SmallInteger, nullable=False),
        sa.Column("rollback", sa.Boolean, nullable=False),
        sa.Column("immutable", sa.Boolean, nullable=False),
        sa.Column("digest", _ID),
        sa.Column("previous", _ID),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("not_before", sa.BigInteger),
        sa.Column("claimed_at", sa.BigInteger),
        sa.Column("since", sa.BigInteger),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("chain", sa.LargeBinary, nullable=False),
    )
    op.create_index("events_by_tag_cursor", "events", ["tag", "cursor"])
    counters = op.create_table(
        "counters",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(counters, [{"name": "feed", "value": 0}])
