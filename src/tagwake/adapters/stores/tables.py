"""The tables of the history and of the feed.

Times are integers, milliseconds since 1970 UTC. A digest is its algorithm's number and its bytes. Repositories, tags,
digests and ways of knowing are dictionaries, so that a move is a few small integers.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()
Id = BigInteger().with_variant(Integer, "sqlite")

repositories = Table(
    "repositories",
    metadata,
    Column("id", Id, primary_key=True),
    Column("registry", Text, nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("registry", "name"),
)

tags = Table(
    "tags",
    metadata,
    Column("id", Id, primary_key=True),
    Column("repository", Id, ForeignKey("repositories.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("seen_at", BigInteger),  # the newest sighting
    Column("digest", Id),  # what it saw; null where the tag was absent
    Column("watched_since", BigInteger),  # our own first sighting
    Column("chain", LargeBinary),  # of the stream's last event
    UniqueConstraint("repository", "name"),
)

digests = Table(
    "digests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("algorithm", SmallInteger, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("media_type", SmallInteger),
    Column("size", BigInteger),
    UniqueConstraint("bytes", "algorithm"),
)

words = Table(
    "words",
    metadata,
    Column("id", SmallInteger, primary_key=True),
    Column("text", Text, nullable=False, unique=True),
)
"""How something is known, and media types: few words that many rows use."""

moves = Table(
    "moves",
    metadata,
    Column("tag", Id, primary_key=True),
    Column("seen_at", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", Id),
    Column("before", BigInteger),  # seen_at - not_before; null where nobody had looked before
    Column("claimed_at", BigInteger),
    Column("how", SmallInteger, nullable=False),
    Column("own_seen_at", BigInteger),  # our own first sighting, where an import came first
    sqlite_with_rowid=False,
)
Index("moves_of_digest", moves.c.digest)

sightings = Table(
    "sightings",
    metadata,
    Column("tag", Id, primary_key=True),
    Column("seen_at", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", Id, primary_key=True, autoincrement=False),  # 0 where the tag was absent
    Column("how", SmallInteger, primary_key=True, autoincrement=False),
    Column("claimed_at", BigInteger, primary_key=True, autoincrement=False),  # 0 where nothing was claimed
    sqlite_with_rowid=False,
)
"""Raw sightings of the last days: late ones fold as if they had come in order."""
Index("sightings_by_time", sightings.c.seen_at)

events = Table(
    "events",
    metadata,
    Column("cursor", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("type", SmallInteger, nullable=False),
    Column("tag", Id, nullable=False),
    Column("digest", Id),
    Column("previous", Id),
    Column("seen_at", BigInteger, nullable=False),
    Column("not_before", BigInteger),
    Column("claimed_at", BigInteger),
    Column("how", SmallInteger, nullable=False),
    Column("rollback", Boolean, nullable=False),
    Column("immutable", Boolean, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("chain", LargeBinary, nullable=False),
)
Index("events_of_tag", events.c.tag, events.c.cursor)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""``feed``: the last cursor given. Its row is locked from there to the commit, so cursors are in commit order."""
