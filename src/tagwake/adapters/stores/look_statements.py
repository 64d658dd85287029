"""What the queue of looks asks the database."""

from sqlalchemy import BigInteger, and_, bindparam, case, exists, func, literal, select, update

from tagwake.adapters.stores.look_rows import ROWS
from tagwake.adapters.stores.tables import tags
from tagwake.adapters.stores.turns import HINTED
from tagwake.adapters.stores.work_tables import hosts as host_rows
from tagwake.adapters.stores.work_tables import looks

_moment = bindparam("moment", type_=BigInteger())
_these = looks.c.tag.in_(bindparam("numbers", expanding=True))
_first = (
    select(looks.c.turn)
    .where(looks.c.host == host_rows.c.id, looks.c.turn.is_not(None))
    .order_by(looks.c.turn)
    .limit(1)
)
_first_due = _first.with_only_columns(
    case((looks.c.leased_until.is_(None), looks.c.due_at), else_=looks.c.turn)
)
_awake = (host_rows.c.paused_until.is_(None)) | (host_rows.c.paused_until <= _moment)
FIRSTS = select(_first_due.scalar_subquery().label("due_at")).select_from(host_rows).where(_awake)
WAITING = select(host_rows.c.id, host_rows.c.name, _first.scalar_subquery().label("turn")).where(_awake)
LEASE = (
    update(looks)
    .where(_these)
    .values(fence=looks.c.fence + 1, leased_until=bindparam("end"), turn=bindparam("end"))
)
RENEW = update(looks).where(_these).values(leased_until=bindparam("end"), turn=bindparam("end"))
RELEASE = (
    update(looks)
    .where(_these)
    .values(
        leased_until=None,
        turn=case((looks.c.claim_how.is_(None), looks.c.due_at), else_=looks.c.due_at - HINTED),
    )
)
FENCES = (
    select(looks.c.tag, looks.c.fence)
    .where(_these, looks.c.leased_until.is_not(None))
    .order_by(looks.c.tag)
    .with_for_update()
)
SIBLINGS = ROWS.where(looks.c.repository == bindparam("number"), looks.c.watched).order_by(tags.c.name)
_is_due = looks.c.turn <= _moment
_is_leased = and_(
    looks.c.turn > _moment, looks.c.turn <= bindparam("horizon"), looks.c.leased_until.is_not(None)
)
_of_host = and_(looks.c.host == host_rows.c.id, looks.c.turn.is_not(None))
BACKLOG = (
    select(
        host_rows.c.name,
        host_rows.c.paused_until,
        select(func.count()).select_from(looks).where(_of_host, _is_due).scalar_subquery().label("due"),
        select(func.min(looks.c.due_at)).where(_of_host, _is_due).scalar_subquery().label("oldest"),
        select(func.count()).select_from(looks).where(_of_host, _is_leased).scalar_subquery().label("leased"),
    )
    .where(exists(select(literal(1)).where(_of_host)))
    .order_by(host_rows.c.name)
)
