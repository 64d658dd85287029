"""The budgets of registry hosts: one row a host, shared by all processes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, select, update

from tagwake.adapters.stores.dictionary import insert_new
from tagwake.adapters.stores.times import to_milliseconds
from tagwake.adapters.stores.work_tables import hosts
from tagwake.core.budget import POLITE, Budget


@dataclass(frozen=True, slots=True)
class HostBudgets:
    """How many requests each host gets.

    The buckets are in the database, the rates are the operator's settings, the same for every process.

    :param usual: for hosts of which ``named`` says nothing.
    """

    usual: Budget = POLITE
    named: Mapping[str, Budget] = field(default_factory=dict)

    def of(self, host: str) -> Budget:
        """The budget of a host."""
        return self.named.get(host, self.usual)

    def number(self, connection: Connection, host: str, now: datetime) -> int:
        """The number of a host; a new one has a full bucket."""
        found = connection.execute(_NUMBER, {"host": host}).scalar()
        if found is None:
            row = {"name": host, "tokens": self.of(host).burst, "filled_at": to_milliseconds(now)}
            connection.execute(insert_new(connection, hosts), row)
            found = connection.execute(_NUMBER, {"host": host}).scalar_one()
        return int(found)

    def take(self, connection: Connection, host: int, wanted: int, now: datetime) -> int:
        """Take requests out of a host's bucket, which stays locked to the end of the transaction; how many there were.

        A host that is paused gives none.
        """
        row = connection.execute(_LOCKED, {"host": host}).one()
        moment = to_milliseconds(now)
        if row.paused_until is not None and row.paused_until > moment:
            return 0
        budget = self.of(row.name)
        tokens = budget.refilled(row.tokens, (moment - row.filled_at) / 1000)
        granted = budget.granted(tokens, wanted)
        filled = {"host": host, "left": tokens - granted, "at": max(row.filled_at, moment)}
        connection.execute(_FILL, filled)
        return granted

    def give_back(self, connection: Connection, requests: Mapping[str, int]) -> None:
        """Put requests that were not made back into the buckets of their hosts."""
        rows = connection.execute(_NUMBERS, {"names": list(requests)}).all()
        for row in sorted(rows, key=lambda row: int(row.id)):
            self.put_back(connection, row.id, requests[row.name], self.of(row.name))

    def put_back(
        self, connection: Connection, host: int, requests: int, budget: Budget | None = None
    ) -> None:
        """Put requests back into one host's bucket; without ``budget`` they were just taken, and so there is room."""
        if requests:
            most = requests + 1e9 if budget is None else budget.burst
            connection.execute(_GIVE, {"host": host, "requests": requests, "burst": most})

    def pause(self, connection: Connection, host: int, until: datetime) -> None:
        """Let a host alone until then; a pause is never shortened."""
        connection.execute(_PAUSE, {"host": host, "end": to_milliseconds(until)})


_NUMBER = select(hosts.c.id).where(hosts.c.name == bindparam("host"))
_NUMBERS = select(hosts.c.id, hosts.c.name).where(hosts.c.name.in_(bindparam("names", expanding=True)))
_LOCKED = (
    select(hosts.c.name, hosts.c.tokens, hosts.c.filled_at, hosts.c.paused_until)
    .where(hosts.c.id == bindparam("host"))
    .with_for_update()
)
_FILL = (
    update(hosts)
    .where(hosts.c.id == bindparam("host"))
    .values(tokens=bindparam("left"), filled_at=bindparam("at"))
)
_more = hosts.c.tokens + bindparam("requests")
_GIVE = (
    update(hosts)
    .where(hosts.c.id == bindparam("host"))
    .values(tokens=case((_more < bindparam("burst"), _more), else_=bindparam("burst")))
)
_PAUSE = (
    update(hosts)
    .where(
        hosts.c.id == bindparam("host"),
        (hosts.c.paused_until.is_(None)) | (hosts.c.paused_until < bindparam("end")),
    )
    .values(paused_until=bindparam("end"))
)
