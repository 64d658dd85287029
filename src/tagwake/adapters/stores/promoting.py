"""Promoting: tags that are looked at now because a sibling has moved."""

from collections.abc import Collection

from sqlalchemy import BigInteger, Connection, and_, bindparam, select, update

from tagwake.adapters.stores.taking_up import known_looks, parts, place_of, repositories_at
from tagwake.adapters.stores.turns import PROMOTED
from tagwake.adapters.stores.work_tables import looks
from tagwake.core.reference import Stream


def promote(connection: Connection, streams: Collection[Stream], moment: int) -> int:
    """Make these due at a moment that are not; how many.

    Whoever holds a row at this moment has it: it is left out, so that nobody waits for another in a circle.
    """
    if not streams:
        return 0
    numbers = repositories_at(connection, map(place_of, streams))
    known = known_looks(connection, numbers, streams)
    done = 0
    for some in parts(sorted(number for number, _ in known.values())):
        chosen = connection.execute(_PROMOTABLE, {"numbers": some, "moment": moment}).scalars().all()
        if chosen:
            values = {"numbers": chosen, "place": moment - PROMOTED, "moment": moment}
            connection.execute(_PROMOTE, values)
        done += len(chosen)
    return done


_moment = bindparam("moment", type_=BigInteger())
_these = looks.c.tag.in_(bindparam("numbers", expanding=True))
_is_held = and_(looks.c.leased_until.is_not(None), looks.c.leased_until > _moment)
_PROMOTABLE = (
    select(looks.c.tag)
    .where(_these, looks.c.watched, looks.c.due_at > _moment, ~_is_held)
    .order_by(looks.c.tag)
    .with_for_update(skip_locked=True)
)
_PROMOTE = update(looks).where(_these).values(turn=bindparam("place"), due_at=_moment)
