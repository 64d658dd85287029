"""The tables of work: what is due and who holds it, and who may do what.

A row that is due is the queue. ``turn`` is its place in the line, in milliseconds since 1970: when it is due, less a
head start for what somebody asked for; while a lease holds it, when that runs out; null where it rests. So one index
finds what may be claimed.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from tagwake.adapters.stores.tables import Id, metadata

hosts = Table(
    "hosts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("tokens", Double, nullable=False),  # requests that may be made now
    Column("filled_at", BigInteger, nullable=False),
    Column("paused_until", BigInteger),
    UniqueConstraint("name"),
)
"""Registry hosts, and the bucket of requests that all processes share."""

watches = Table(
    "watches",
    metadata,
    Column("id", Id, primary_key=True),
    Column("repository", Id, ForeignKey("repositories.id", name="watches_repository"), nullable=False),
    Column("glob", Text, nullable=False),
    Column("signatures", Boolean, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    UniqueConstraint("repository", "glob"),
)

looks = Table(
    "looks",
    metadata,
    Column("tag", Id, primary_key=True, autoincrement=False),
    Column("repository", Id, nullable=False),
    Column("host", Id, nullable=False),
    Column("turn", BigInteger),
    Column("due_at", BigInteger, nullable=False),
    Column("leased_until", BigInteger),
    Column("fence", BigInteger, nullable=False),
    Column("watched", Boolean, nullable=False),
    Column("hints", BigInteger, nullable=False),
    Column("claim_how", Text),  # null where nothing is claimed
    Column("claimed_at", BigInteger),
    Column("claimed_digest", Text),
    Column("claimed_deleted", Boolean),
    Column("digest", Id),  # what the last look that told anything saw
    Column("etag", Text),
    Column("looked_at", BigInteger),
    Column("promised_at", BigInteger),
    Column("absent_since", BigInteger),
    Column("failures", Integer, nullable=False),
    Column("rhythm", Text, nullable=False),
    Index(
        "looks_by_turn",
        "host",
        "turn",
        sqlite_where=text("turn IS NOT NULL"),
        postgresql_where=text("turn IS NOT NULL"),
    ),
    Index(None, "repository"),
)
"""Tags that are or were watched. What a hint claims stands here as text: a hint gives no numbers, and so waits for
nobody."""

lists = Table(
    "lists",
    metadata,
    Column("repository", Id, primary_key=True, autoincrement=False),
    Column("host", Id, nullable=False),
    Column("turn", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("leased_until", BigInteger),
    Column("fence", BigInteger, nullable=False),
    Index(None, "turn"),
)
"""Repositories of watches with globs: their tags are listed."""

sources = Table(
    "sources",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("login", LargeBinary, nullable=False),  # sealed
    Column("registry", Text),
    Column("renames", Text, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("parked", BigInteger, nullable=False),
    Column("last_word_at", BigInteger),
    Column("last_refusal_at", BigInteger),
    UniqueConstraint("kind", "name"),
)

refusals = Table(
    "refusals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source", Id, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "source", "id"),
)

parked = Table(
    "parked",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source", Id, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index(None, "source", "id"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("url", LargeBinary, nullable=False),  # sealed, for it may hold a token
    Column("secrets", LargeBinary, nullable=False),  # sealed
    Column("filter", Text, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("assigned", BigInteger, nullable=False),
    Column("last_success_at", BigInteger),
    Column("last_failure_at", BigInteger),
    Column("last_failure", Text, nullable=False),
    Column("resting_until", BigInteger),
    Column("stopped_at", BigInteger),
    Column("stopped_because", Text, nullable=False),
    UniqueConstraint("name"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subscription", Id, nullable=False),
    Column("tag", Id, nullable=False),
    Column("only", BigInteger, nullable=False),  # the cursor of a dead letter that is tried again, else 0
    Column("told", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("turn", BigInteger),
    Column("due_at", BigInteger),  # null where it rests
    Column("leased_until", BigInteger),
    Column("fence", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("failing_since", BigInteger),
    UniqueConstraint("subscription", "tag", "only"),
    Index(
        "deliveries_by_turn",
        "subscription",
        "turn",
        sqlite_where=text("turn IS NOT NULL"),
        postgresql_where=text("turn IS NOT NULL"),
    ),
)
"""How far each subscription has been told of each tag."""

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("subscription", Id, primary_key=True, autoincrement=False),
    Column("cursor", BigInteger, primary_key=True, autoincrement=False),
    Column("tag", Id, nullable=False),
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subscription", Id, nullable=False),
    Column("tag", Id, nullable=False),
    Column("cursor", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("duration", Integer, nullable=False),  # milliseconds
    Column("status", SmallInteger),
    Column("reason", Text, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Index(None, "subscription", "at"),
    Index(None, "subscription", "cursor"),
)
"""Requests to subscribers; those of the last days."""

tokens = Table(
    "tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
    UniqueConstraint("name"),
    UniqueConstraint("hash", name="token_hashes_are_unique"),
)
