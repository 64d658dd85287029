"""The budgets of registry hosts: one row a host, shared by all processes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import BigInteger, Connection, Double, bindparam, case, select, update

from tagwake.adapters.stores.dictionary import insert_new
from tagwake.adapters.stores.given import ForEach
from tagwake.adapters.stores.times import to_milliseconds
from tagwake.adapters.stores.work_tables import hosts
from tagwake.core.budget import POLITE, Budget

_ANY = 2**31
"""More requests than anybody wants."""


@dataclass(slots=True)
class Bucket:
    """What a host has left.

    :param room: requests that may be made now.
    :param burst: requests that it holds at most.
    """

    host: int
    tokens: float
    filled_at: int
    room: int
    burst: float

    @property
    def left(self) -> float:
        """The part of it that is left, from 0 to 1."""
        return min(max(self.tokens / self.burst, 0.0), 1.0) if self.burst else 0.0

    def take(self, requests: int) -> None:
        """Take requests out of it, no more than there is room for."""
        self.tokens -= requests
        self.room -= requests


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

    def buckets(
        self, connection: Connection, numbers: Iterable[int], now: datetime, *, wait: bool = True
    ) -> dict[int, "Bucket"]:
        """The buckets of these hosts, filled up, which stay locked to the end of the transaction.

        That of a host that is paused is empty.

        :param wait: for those that others have locked; else these are left out.
        """
        moment = to_milliseconds(now)
        found = {}
        for row in connection.execute(_LOCKED if wait else _FREE, {"numbers": sorted(numbers)}):
            budget = self.of(row.name)
            tokens = budget.refilled(row.tokens, (moment - row.filled_at) / 1000)
            is_paused = row.paused_until is not None and row.paused_until > moment
            room = 0 if is_paused else budget.granted(tokens, _ANY)
            found[row.id] = Bucket(row.id, tokens, max(row.filled_at, moment), room, budget.burst)
        return found

    def spend(self, connection: Connection, buckets: Iterable["Bucket"]) -> None:
        """Write what is left in buckets that are locked."""
        _FILL.execute(
            connection,
            [{"host": each.host, "left": each.tokens, "at": each.filled_at} for each in buckets],
        )

    def take(self, connection: Connection, host: int, wanted: int, now: datetime) -> int:
        """Take requests out of a host's bucket, which stays locked to the end of the transaction; how many there were."""
        bucket = self.buckets(connection, [host], now)[host]
        granted = min(wanted, bucket.room)
        bucket.take(granted)
        self.spend(connection, [bucket])
        return granted

    def give_back(self, connection: Connection, requests: Mapping[str, int]) -> None:
        """Put requests that were not made back into the buckets of their hosts."""
        rows = connection.execute(_NUMBERS, {"names": list(requests)}).all()
        for row in sorted(rows, key=lambda row: int(row.id)):
            given = {"host": row.id, "requests": requests[row.name], "burst": self.of(row.name).burst}
            connection.execute(_GIVE, given)

    def pause(self, connection: Connection, host: int, until: datetime) -> None:
        """Let a host alone until then; a pause is never shortened."""
        connection.execute(_PAUSE, {"host": host, "end": to_milliseconds(until)})


_NUMBER = select(hosts.c.id).where(hosts.c.name == bindparam("host"))
_NUMBERS = select(hosts.c.id, hosts.c.name).where(hosts.c.name.in_(bindparam("names", expanding=True)))
_ROWS = (
    select(hosts.c.id, hosts.c.name, hosts.c.tokens, hosts.c.filled_at, hosts.c.paused_until)
    .where(hosts.c.id.in_(bindparam("numbers", expanding=True)))
    .order_by(hosts.c.id)
)
_LOCKED = _ROWS.with_for_update()
_FREE = _ROWS.with_for_update(skip_locked=True)
_FILL = ForEach(
    lambda given: (
        update(hosts).where(hosts.c.id == given["host"]).values(tokens=given["left"], filled_at=given["at"])
    ),
    {"host": BigInteger(), "left": Double(), "at": BigInteger()},
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
