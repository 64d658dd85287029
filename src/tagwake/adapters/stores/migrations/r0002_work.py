"""The tables of work: watches and what is due, sources of hooks, subscriptions, tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _watching()
    _hooks()
    _telling()
    _access()


def _watching() -> None:
    op.create_table(
        "hosts",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("tokens", sa.Double, nullable=False),
        sa.Column("filled_at", sa.BigInteger, nullable=False),
        sa.Column("paused_until", sa.BigInteger),
        sa.UniqueConstraint("name", name="hosts_are_unique"),
    )
    op.create_table(
        "watches",
        sa.Column("id", _ID, primary_key=True),
        sa.Column(
            "repository", _ID, sa.ForeignKey("repositories.id", name="watches_repository"), nullable=False
        ),
        sa.Column("glob", sa.Text, nullable=False),
        sa.Column("signatures", sa.Boolean, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("repository", "glob", name="watches_are_unique"),
    )
    op.create_table(
        "looks",
        sa.Column("tag", _ID, primary_key=True, autoincrement=False),
        sa.Column("repository", _ID, nullable=False),
        sa.Column("host", _ID, nullable=False),
        sa.Column("turn", sa.BigInteger),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("leased_until", sa.BigInteger),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("watched", sa.Boolean, nullable=False),
        sa.Column("hints", sa.BigInteger, nullable=False),
        sa.Column("claim_how", sa.Text),
        sa.Column("claimed_at", sa.BigInteger),
        sa.Column("claimed_digest", sa.Text),
        sa.Column("claimed_deleted", sa.Boolean),
        sa.Column("digest", _ID),
        sa.Column("etag", sa.Text),
        sa.Column("looked_at", sa.BigInteger),
        sa.Column("promised_at", sa.BigInteger),
        sa.Column("absent_since", sa.BigInteger),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("rhythm", sa.Text, nullable=False),
    )
    op.create_index(
        "looks_by_turn",
        "looks",
        ["host", "turn"],
        sqlite_where=sa.text("turn IS NOT NULL"),
        postgresql_where=sa.text("turn IS NOT NULL"),
    )
    op.create_index("looks_by_repository", "looks", ["repository"])
    op.create_table(
        "lists",
        sa.Column("repository", _ID, primary_key=True, autoincrement=False),
        sa.Column("host", _ID, nullable=False),
        sa.Column("turn", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("leased_until", sa.BigInteger),
        sa.Column("fence", sa.BigInteger, nullable=False),
    )
    op.create_index("lists_by_turn", "lists", ["turn"])


def _hooks() -> None:
    op.create_table(
        "sources",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("login", sa.LargeBinary, nullable=False),
        sa.Column("registry", sa.Text),
        sa.Column("renames", sa.Text, nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
        sa.Column("accepted", sa.BigInteger, nullable=False),
        sa.Column("refused", sa.BigInteger, nullable=False),
        sa.Column("parked", sa.BigInteger, nullable=False),
        sa.Column("last_word_at", sa.BigInteger),
        sa.Column("last_refusal_at", sa.BigInteger),
        sa.UniqueConstraint("kind", "name", name="sources_are_unique"),
    )
    op.create_table(
        "refusals",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("source", _ID, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("refusals_by_source_id", "refusals", ["source", "id"])
    op.create_table(
        "parked",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("source", _ID, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("parked_by_source_id", "parked", ["source", "id"])


def _telling() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("url", sa.LargeBinary, nullable=False),
        sa.Column("secrets", sa.LargeBinary, nullable=False),
        sa.Column("filter", sa.Text, nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
        sa.Column("assigned", sa.BigInteger, nullable=False),
        sa.Column("last_success_at", sa.BigInteger),
        sa.Column("last_failure_at", sa.BigInteger),
        sa.Column("last_failure", sa.Text, nullable=False),
        sa.Column("resting_until", sa.BigInteger),
        sa.Column("stopped_at", sa.BigInteger),
        sa.Column("stopped_because", sa.Text, nullable=False),
        sa.UniqueConstraint("name", name="subscriptions_are_unique"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("subscription", _ID, nullable=False),
        sa.Column("tag", _ID, nullable=False),
        sa.Column("only", sa.BigInteger, nullable=False),
        sa.Column("told", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("turn", sa.BigInteger),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("leased_until", sa.BigInteger),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("failing_since", sa.BigInteger),
        sa.UniqueConstraint("subscription", "tag", "only", name="deliveries_are_unique"),
    )
    op.create_index(
        "deliveries_by_turn",
        "deliveries",
        ["subscription", "turn"],
        sqlite_where=sa.text("turn IS NOT NULL"),
        postgresql_where=sa.text("turn IS NOT NULL"),
    )
    op.create_table(
        "dead_letters",
        sa.Column("subscription", _ID, primary_key=True, autoincrement=False),
        sa.Column("cursor", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("tag", _ID, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("subscription", _ID, nullable=False),
        sa.Column("tag", _ID, nullable=False),
        sa.Column("cursor", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("duration", sa.Integer, nullable=False),
        sa.Column("status", sa.SmallInteger),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
    )
    op.create_index("attempts_by_subscription_at", "attempts", ["subscription", "at"])
    op.create_index("attempts_by_subscription_cursor", "attempts", ["subscription", "cursor"])


def _access() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("last_used_at", sa.BigInteger),
        sa.Column("revoked_at", sa.BigInteger),
        sa.UniqueConstraint("name", name="tokens_are_unique"),
        sa.UniqueConstraint("hash", name="token_hashes_are_unique"),
    )
