"""Times in which nobody was looking at a tag."""

from sqlalchemy import Connection, bindparam, select

from tagwake.adapters.stores.dictionary import insert_new, tag_number
from tagwake.adapters.stores.tables import gaps
from tagwake.adapters.stores.times import from_milliseconds, to_milliseconds
from tagwake.core.history import Gap
from tagwake.core.reference import Stream

_OF_TAG = select(gaps.c.start, gaps.c.end).where(gaps.c.tag == bindparam("tag")).order_by(gaps.c.start)


def note_gap(connection: Connection, stream: Stream, gap: Gap) -> None:
    """Note that nobody was looking at a tag for a time, within a transaction that is open."""
    row = {
        "tag": tag_number(connection, stream),
        "start": to_milliseconds(gap.start),
        "end": to_milliseconds(gap.end),
    }
    connection.execute(insert_new(connection, gaps), row)


def gaps_of(connection: Connection, tag: int) -> tuple[Gap, ...]:
    """The gaps in watching a tag, oldest first."""
    rows = connection.execute(_OF_TAG, {"tag": tag})
    return tuple(Gap(from_milliseconds(row.start), from_milliseconds(row.end)) for row in rows)
