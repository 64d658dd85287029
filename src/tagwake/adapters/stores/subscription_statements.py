"""What the store of subscriptions asks the database."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    select,
    update,
)

from tagwake.adapters.stores.work_tables import attempts, dead_letters, deliveries, subscriptions

_moment = bindparam("moment", type_=BigInteger())
_these = deliveries.c.id.in_(bindparam("numbers", expanding=True))
_of = bindparam("of", type_=BigInteger())
_named = subscriptions.c.name == bindparam("named")

ALL = select(subscriptions).order_by(subscriptions.c.name)
SECRETS = select(subscriptions.c.secrets).where(_named)
SET = update(subscriptions).where(subscriptions.c.id == _of)
ASSIGNED = (
    select(subscriptions.c.name, subscriptions.c.assigned)
    .where(subscriptions.c.stopped_at.is_(None))
    .order_by(subscriptions.c.name)
)
AWAKE = (
    select(subscriptions.c.id, subscriptions.c.name)
    .where(
        subscriptions.c.name.in_(bindparam("names", expanding=True)),
        subscriptions.c.stopped_at.is_(None),
        (subscriptions.c.resting_until.is_(None)) | (subscriptions.c.resting_until <= _moment),
    )
    .order_by(subscriptions.c.name)
)
REST = (
    update(subscriptions)
    .where(
        _named,
        (subscriptions.c.resting_until.is_(None)) | (subscriptions.c.resting_until < bindparam("end")),
    )
    .values(resting_until=bindparam("end"))
)
REMOVE = (
    delete(deliveries).where(deliveries.c.subscription == _of),
    delete(dead_letters).where(dead_letters.c.subscription == _of),
    delete(attempts).where(attempts.c.subscription == _of),
    delete(subscriptions).where(subscriptions.c.id == _of),
)

PICK = (
    select(deliveries)
    .where(deliveries.c.subscription == _of, deliveries.c.turn <= _moment, deliveries.c.turn.is_not(None))
    .order_by(deliveries.c.turn)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
LEASE = (
    update(deliveries)
    .where(_these)
    .values(fence=deliveries.c.fence + 1, leased_until=bindparam("end"), turn=bindparam("end"))
)
RENEW = update(deliveries).where(_these).values(leased_until=bindparam("end"), turn=bindparam("end"))
_is_held = and_(deliveries.c.leased_until.is_not(None), deliveries.c.leased_until > _moment)
_sooner = case(
    (deliveries.c.due_at.is_(None), None),
    (deliveries.c.due_at < _moment, deliveries.c.due_at),
    else_=_moment,
)
HURRY = (
    update(deliveries)
    .where(deliveries.c.subscription == _of, deliveries.c.turn.is_not(None), ~_is_held)
    .values(due_at=_sooner, turn=_sooner)
)
SET_BACK = (
    update(deliveries)
    .where(deliveries.c.subscription == _of, deliveries.c.only == 0, deliveries.c.told > bindparam("place"))
    .values(
        told=bindparam("place"),
        attempts=0,
        failing_since=None,
        due_at=_sooner,
        turn=case((_is_held, deliveries.c.turn), else_=_sooner),
    )
)

LETTERS = select(dead_letters).where(
    dead_letters.c.subscription == _of, dead_letters.c.cursor.in_(bindparam("cursors", expanding=True))
)
DROP_LETTERS = delete(dead_letters).where(
    dead_letters.c.subscription == _of, dead_letters.c.cursor.in_(bindparam("cursors", expanding=True))
)
FORGET = delete(attempts).where(attempts.c.subscription == _of, attempts.c.at < _moment)
BEHIND = (
    select(
        deliveries.c.subscription,
        func.count().label("behind"),
        func.sum(case((deliveries.c.attempts > 0, 1), else_=literal(0))).label("failing"),
        func.min(deliveries.c.due_at).label("oldest"),
    )
    .where(deliveries.c.turn.is_not(None))
    .group_by(deliveries.c.subscription)
)
DEAD = select(dead_letters.c.subscription, func.count().label("dead")).group_by(dead_letters.c.subscription)


def fall_behind(fresh: Any) -> Any:
    """An INSERT of rows that are behind; where one is there already, it goes on to the newer end, due as it was."""
    new = fresh.excluded
    rests = deliveries.c.due_at.is_(None)
    return fresh.on_conflict_do_update(
        index_elements=["subscription", "tag", "only"],
        set_={
            "until": case((new.until > deliveries.c.until, new.until), else_=deliveries.c.until),
            "turn": case((rests, new.turn), else_=deliveries.c.turn),
            "due_at": case((rests, new.due_at), else_=deliveries.c.due_at),
        },
    )


def dead_letters_of(name: str | None, before: int | None) -> Select[Any]:
    """Dead letters, the newest cursor first, of one subscription or of all."""
    chosen = (
        select(dead_letters, subscriptions.c.name)
        .join(subscriptions, subscriptions.c.id == dead_letters.c.subscription)
        .order_by(dead_letters.c.cursor.desc(), subscriptions.c.name)
    )
    if name is not None:
        chosen = chosen.where(subscriptions.c.name == name)
    return chosen if before is None else chosen.where(dead_letters.c.cursor < before)


def attempts_of(name: str, cursor: int | None, before: int | None) -> Select[Any]:
    """Requests to a subscriber, newest first."""
    chosen = (
        select(attempts)
        .join(subscriptions, subscriptions.c.id == attempts.c.subscription)
        .where(subscriptions.c.name == name)
        .order_by(attempts.c.at.desc(), attempts.c.id.desc())
    )
    if cursor is not None:
        chosen = chosen.where(attempts.c.cursor == cursor)
    return chosen if before is None else chosen.where(attempts.c.at < before)
