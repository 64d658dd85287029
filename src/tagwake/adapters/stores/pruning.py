"""Raw sightings whose time has run out, forgotten tag by tag.

Of each tag the newest of them stays: what is seen from now on may come late, and lies between that one and the next.
"""

from sqlalchemy import Engine, bindparam, delete, func, select

from tagwake.adapters.stores.engine import reading, transaction
from tagwake.adapters.stores.tables import sightings

AT_A_TIME = 500
"""Tags of one transaction."""

_IS_OLD = sightings.c.recorded_on < bindparam("day")
_TAGS = (
    select(sightings.c.tag)
    .distinct()
    .where(sightings.c.tag > bindparam("after"), _IS_OLD)
    .order_by(sightings.c.tag)
    .limit(AT_A_TIME)
)
_others = sightings.alias("others")
_NEWEST_OLD = (
    select(func.max(_others.c.seen_at))
    .where(_others.c.tag == sightings.c.tag, _others.c.recorded_on < bindparam("day"))
    .scalar_subquery()
)
_FORGET = delete(sightings).where(
    sightings.c.tag >= bindparam("first"),
    sightings.c.tag <= bindparam("last"),
    _IS_OLD,
    sightings.c.seen_at < _NEWEST_OLD,
)


def prune(engine: Engine, day: int) -> int:
    """Forget what was recorded before a day (days since 1970), but for the newest of each tag: how many."""
    many, after = 0, -1
    while True:
        with reading(engine) as connection:
            tags = connection.scalars(_TAGS, {"after": after, "day": day}).all()
        if not tags:
            return many
        after = tags[-1]
        with transaction(engine) as connection:
            many += connection.execute(_FORGET, {"first": tags[0], "last": after, "day": day}).rowcount
