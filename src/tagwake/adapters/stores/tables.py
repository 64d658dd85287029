"""The tables of the history and of the feed.

Times are integers, milliseconds since 1970 UTC. A digest is its algorithm's number and its bytes. Repositories, tags,
digests and words are dictionaries, so that a move is a few small integers. The migrations make these tables; a test
holds the two against each other.
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

metadata = MetaData(
    naming_convention={"ix": "%(table_name)s_by_%(column_0_N_name)s", "uq": "%(table_name)s_are_unique"}
)
Id = BigInteger().with_variant(Integer, "sqlite")
Name = Text().with_variant(Text(collation="C"), "postgresql")
"""Ordered by code points on both engines, whatever the language of the database."""

NOTHING_CLAIMED = -1
"""Stands in a key where no time was claimed."""

ABSENT = 0
"""Stands in a key for the digest of a tag that was not there."""

repositories = Table(
    "repositories",
    metadata,
    Column("id", Id, primary_key=True),
    Column("registry", Name, nullable=False),
    Column("name", Name, nullable=False),
    UniqueConstraint("registry", "name"),
)

tags = Table(
    "tags",
    metadata,
    Column("id", Id, primary_key=True),
    Column("repository", Id, ForeignKey("repositories.id", name="tags_repository"), nullable=False),
    Column("name", Name, nullable=False),
    Column("position", Integer),  # of its last state in moves; null where it was never seen
    Column("digest", Id),  # of that state; null where the tag was absent
    Column("moved_at", BigInteger),  # when that state was first seen
    Column("seen_at", BigInteger),  # the newest sighting
    Column("seen_how", SmallInteger),
    Column("watched_since", BigInteger),  # our own first sighting
    Column("chain", LargeBinary),  # of the stream's last event; null where nothing was told of it
    UniqueConstraint("repository", "name"),
    Index(None, "moved_at"),
)

digests = Table(
    "digests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("algorithm", SmallInteger, nullable=False),
    Column("media_type", SmallInteger),
    Column("bytes", LargeBinary, nullable=False),
    Column("size", BigInteger),
    UniqueConstraint("bytes", "algorithm"),
)

words = Table(
    "words",
    metadata,
    Column("id", SmallInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("text", Text, nullable=False),
    UniqueConstraint("text"),
)
"""How something is known, and media types: few words that many rows use."""

moves = Table(
    "moves",
    metadata,
    Column("tag", Id, primary_key=True, autoincrement=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("digest", Id),  # null where the tag was absent
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("how", SmallInteger, nullable=False),
    Column("rollback", Boolean, nullable=False),
    Column("until", BigInteger),  # the state's last sighting; null where there is but one, or more may come
    Column("until_how", SmallInteger),
    Column("claimed_at", BigInteger),
    Column("own_seen_at", BigInteger),  # our own first sighting, where an import came first
    Column("own_how", SmallInteger),
    sqlite_with_rowid=False,
)
"""The states of a tag, each with the move that led to it: what :class:`tagwake.core.state.State` holds.

``position`` counts from 1; at 0 stands the absence that was seen before the tag was first there: no move led to it.
"""

_POINTS = moves.c.digest.is_not(None)
Index("moves_by_digest", moves.c.digest, sqlite_where=_POINTS, postgresql_where=_POINTS)

sightings = Table(
    "sightings",
    metadata,
    Column("tag", Id, primary_key=True, autoincrement=False),
    Column("seen_at", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", Id, primary_key=True, autoincrement=False),
    Column("how", SmallInteger, primary_key=True, autoincrement=False),
    Column("claimed_at", BigInteger, primary_key=True, autoincrement=False),
    Column("recorded_on", Integer, nullable=False),  # days since 1970
    sqlite_with_rowid=False,
)
"""Raw sightings that were recorded in the last days: late ones fold as if they had come in order."""

gaps = Table(
    "gaps",
    metadata,
    Column("tag", Id, primary_key=True, autoincrement=False),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("end", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Times in which nobody was looking at a tag; both ends are looks."""

events = Table(
    "events",
    metadata,
    Column("cursor", Id, primary_key=True, autoincrement=False),
    Column("tag", Id, nullable=False),
    Column("type", SmallInteger, nullable=False),
    Column("how", SmallInteger, nullable=False),
    Column("rollback", Boolean, nullable=False),
    Column("immutable", Boolean, nullable=False),
    Column("digest", Id),
    Column("previous", Id),
    Column("seen_at", BigInteger, nullable=False),
    Column("not_before", BigInteger),
    Column("claimed_at", BigInteger),
    Column("since", BigInteger),
    Column("recorded_at", BigInteger, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Index(None, "tag", "cursor"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""``feed``: the last cursor given. Its row is locked from there to the commit, so cursors are in commit order."""
