"""Hints made due: one transaction for many, and no row is waited for that is not hinted at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    update,
)

from tagwake.adapters.stores.engine import is_sqlite
from tagwake.adapters.stores.given import ForEach, OfKeys, Values
from tagwake.adapters.stores.host_budgets import HostBudgets
from tagwake.adapters.stores.taking_up import (
    Place,
    covered,
    known_looks,
    place_of,
    repositories_at,
    take_up,
)
from tagwake.adapters.stores.times import to_milliseconds
from tagwake.adapters.stores.turns import HINTED, held, hurried
from tagwake.adapters.stores.watch_store import hurry_list
from tagwake.adapters.stores.work_tables import looks
from tagwake.core.claim import Claim, newer
from tagwake.core.hint import Hint
from tagwake.core.reference import Stream


def make_due(connection: Connection, budgets: HostBudgets, hints: Sequence[Hint], now: datetime) -> int:
    """Make what is hinted at due now, and remember what is claimed; how many tags that is."""
    claims: dict[Stream, tuple[Claim, int]] = {}
    whole: dict[Place, tuple[Claim, int]] = {}
    for hint in hints:
        if hint.stream is not None:
            _collect(claims, hint.stream, hint)
        else:
            _collect(whole, (hint.registry, hint.repository), hint)
    numbers = repositories_at(connection, [*map(place_of, claims), *whole])
    moment = to_milliseconds(now)
    for number in sorted(numbers[place] for place in whole if place in numbers):
        hurry_list(connection, number, moment)
    tags = _taken_up(connection, budgets, numbers, claims, now)
    due = {tags[stream]: claimed for stream, claimed in claims.items() if stream in tags}
    for place, (claim, many) in whole.items():
        for row in connection.execute(_OF_REPOSITORY, {"repository_number": numbers.get(place)}):
            known, already = due.get(row.tag, (None, 0))
            due[row.tag] = newer(known, claim), already + many
    wanted = sorted(due)
    if not is_sqlite(connection):  # in one order, whatever that of the update
        _LOCK.rows(connection, [(number,) for number in wanted])
    _DUE.execute(
        connection, [{"number": number, **_values(*due[number])} for number in wanted], moment=moment
    )
    return len(wanted)


def _collect(claims: dict[Any, tuple[Claim, int]], key: object, hint: Hint) -> None:
    known, many = claims.get(key, (None, 0))
    claims[key] = (newer(known, Claim.of(hint)), many + 1)


def _taken_up(
    connection: Connection,
    budgets: HostBudgets,
    numbers: dict[Place, int],
    claims: dict[Stream, tuple[Claim, int]],
    now: datetime,
) -> dict[Stream, int]:
    """The numbers of those of the tags that are followed, by now at the latest."""
    known = known_looks(connection, numbers, claims)
    fresh = covered(
        connection, numbers, [stream for stream in claims if not known.get(stream, (0, False))[1]]
    )
    taken: dict[Stream, int] = {}
    if fresh:
        taken = take_up(connection, budgets, numbers, fresh, now=now, known=known)
    return taken | {stream: number for stream, (number, is_watched) in known.items() if is_watched}


def _values(claim: Claim, many: int) -> dict[str, Any]:
    return {
        "many": many,
        "how": claim.how,
        "at": None if claim.claimed_at is None else to_milliseconds(claim.claimed_at),
        "claim": None if claim.digest is None else str(claim.digest),
        "is_deleted": claim.deleted,
    }


def _due(given: Values) -> Any:
    """See :func:`tagwake.core.claim.newer` for which of two claims stands."""
    moment = bindparam("moment", type_=BigInteger())
    stands: ColumnElement[bool] = and_(
        looks.c.claim_how.is_not(None), func.coalesce(looks.c.claimed_at > given["at"], literal(value=False))
    )
    busy = held(looks, moment)
    return (
        update(looks)
        .where(looks.c.tag == given["number"], looks.c.watched)
        .values(
            hints=looks.c.hints + given["many"],
            claim_how=case((stands, looks.c.claim_how), else_=given["how"]),
            claimed_digest=case((stands, looks.c.claimed_digest), else_=given["claim"]),
            claimed_deleted=case((stands, looks.c.claimed_deleted), else_=given["is_deleted"]),
            claimed_at=case((stands, looks.c.claimed_at), else_=given["at"]),
            due_at=case((busy, looks.c.due_at), else_=hurried(looks, moment)),
            turn=case((busy, looks.c.turn), else_=moment - HINTED),
        )
    )


_DUE = ForEach(
    _due,
    {
        "number": BigInteger(),
        "many": BigInteger(),
        "how": Text(),
        "at": BigInteger(),
        "claim": Text(),
        "is_deleted": Boolean(),
    },
)
_LOCK = OfKeys(select(looks.c.tag).order_by(looks.c.tag).with_for_update(of=looks), tag=looks.c.tag)
_OF_REPOSITORY = select(looks.c.tag).where(
    looks.c.repository == bindparam("repository_number"), looks.c.watched
)
