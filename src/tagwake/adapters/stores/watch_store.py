"""Watches in the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    bindparam,
    case,
    delete,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from tagwake.adapters.stores.dictionary import existing_tag, insert_new, repository_number
from tagwake.adapters.stores.engine import reading, transaction
from tagwake.adapters.stores.gaps import gaps_of
from tagwake.adapters.stores.host_budgets import HostBudgets
from tagwake.adapters.stores.tables import repositories, tags
from tagwake.adapters.stores.taking_up import Place, covered, parts, repositories_at, take_up
from tagwake.adapters.stores.times import from_milliseconds, to_milliseconds
from tagwake.adapters.stores.turns import held, hurried
from tagwake.adapters.stores.work_tables import lists, looks, watches
from tagwake.core.history import Gap
from tagwake.core.reference import Stream
from tagwake.core.watch_pattern import WatchPattern
from tagwake.ports.watch_store import Watch


@dataclass(frozen=True, slots=True)
class DatabaseWatchStore:
    """What is followed, in the database."""

    engine: Engine
    budgets: HostBudgets

    def watch(self, patterns: Iterable[WatchPattern], *, by: str, now: datetime) -> int:
        """See :meth:`tagwake.ports.watch_store.WatchStore.watch`."""
        with transaction(self.engine) as connection:
            wanted = sorted(dict.fromkeys(patterns), key=str)
            numbers = _numbers(connection, wanted)
            new = 0
            for pattern in wanted:
                number = numbers[pattern.registry, pattern.repository]
                is_new, is_other = _add(connection, number, pattern, by, now)
                new += is_new
                if pattern.stream is None and is_other:
                    _list(connection, self.budgets, number, pattern.registry, now)
            streams = [pattern.stream for pattern in wanted if pattern.stream is not None]
            take_up(connection, self.budgets, numbers, streams, now=now)
            self._wake(connection, numbers, now)
            return new

    def unwatch(self, pattern: WatchPattern) -> bool:
        """See :meth:`tagwake.ports.watch_store.WatchStore.unwatch`."""
        with transaction(self.engine) as connection:
            place = (pattern.registry, pattern.repository)
            number = repositories_at(connection, [place]).get(place)
            if number is None:
                return False
            removed = connection.execute(_REMOVE, {"number": number, "tag_glob": pattern.tag}).rowcount
            _rest(connection, place, number)
            return removed > 0

    def watches(self) -> tuple[Watch, ...]:
        """See :meth:`tagwake.ports.watch_store.WatchStore.watches`."""
        with reading(self.engine) as connection:
            names: dict[int, list[str]] = {}
            for row in connection.execute(_FOLLOWED):
                names.setdefault(row.repository, []).append(row.name)
            return tuple(
                Watch(
                    pattern := WatchPattern(row.registry, row.name, row.glob, row.signatures),
                    row.added_by,
                    from_milliseconds(row.added_at),
                    sum(map(pattern.matches_tag, names.get(row.repository, ()))),
                )
                for row in connection.execute(_WATCHES)
            )

    def watched(self, limit: int, after: Stream | None = None) -> tuple[Stream, ...]:
        """See :meth:`tagwake.ports.watch_store.WatchStore.watched`."""
        chosen = _WATCHED
        if after is not None:
            chosen = chosen.where(tuple_(after.registry, after.repository, after.tag) < _PLACE)
        with reading(self.engine) as connection:
            rows = connection.execute(chosen.limit(limit))
            return tuple(Stream(row.registry, row.repository, row.tag) for row in rows)

    def is_watched(self, stream: Stream) -> bool:
        """See :meth:`tagwake.ports.watch_store.WatchStore.is_watched`."""
        with reading(self.engine) as connection:
            number = existing_tag(connection, stream)
            return bool(connection.execute(_IS_WATCHED, {"number": number}).scalar())

    def gaps(self, stream: Stream) -> tuple[Gap, ...]:
        """See :meth:`tagwake.ports.watch_store.WatchStore.gaps`."""
        with reading(self.engine) as connection:
            number = existing_tag(connection, stream)
            return () if number is None else gaps_of(connection, number)

    def _wake(self, connection: Connection, numbers: dict[Place, int], now: datetime) -> None:
        """Follow those again that were followed once, and rest those that a narrower watch leaves out."""
        for place, number in sorted(numbers.items()):
            asleep = [
                Stream(*place, row.name)
                for row in connection.execute(_OWN, {"number": number, "watched": False})
            ]
            take_up(connection, self.budgets, numbers, covered(connection, numbers, asleep), now=now)
            _rest(connection, place, number)


def _numbers(connection: Connection, patterns: Iterable[WatchPattern]) -> dict[Place, int]:
    places = sorted({(pattern.registry, pattern.repository) for pattern in patterns})
    return {place: repository_number(connection, *place) for place in places}


def _add(
    connection: Connection, number: int, pattern: WatchPattern, by: str, now: datetime
) -> tuple[bool, bool]:
    """Whether it is new, and whether it means something that it did not mean before."""
    key = {"number": number, "tag_glob": pattern.tag}
    known = connection.execute(_SIGNATURES, key).scalar()
    if known is None:
        row = {
            "repository": number,
            "glob": pattern.tag,
            "signatures": pattern.signatures,
            "added_by": by,
            "added_at": to_milliseconds(now),
        }
        connection.execute(insert(watches), row)
        return True, True
    if known != pattern.signatures:
        connection.execute(_SET_SIGNATURES, key | {"wanted": pattern.signatures})
    return False, known != pattern.signatures


def _list(connection: Connection, budgets: HostBudgets, number: int, registry: str, now: datetime) -> None:
    moment = to_milliseconds(now)
    row = {
        "repository": number,
        "host": budgets.number(connection, registry, now),
        "turn": moment,
        "due_at": moment,
        "fence": 0,
    }
    if not connection.execute(insert_new(connection, lists), row).rowcount:
        hurry_list(connection, number, moment)


def hurry_list(connection: Connection, number: int, moment: int) -> None:
    """Make the listing of a repository due now; where somebody is at it, once more after that."""
    connection.execute(_HURRY, {"number": number, "moment": moment})


def _rest(connection: Connection, place: Place, number: int) -> None:
    """Let rest what no watch of the repository follows any more."""
    own = {
        Stream(*place, row.name): row.tag
        for row in connection.execute(_OWN, {"number": number, "watched": True})
    }
    kept = set(covered(connection, {place: number}, own))
    for some in parts(sorted(tag for stream, tag in own.items() if stream not in kept)):
        connection.execute(_LOCK, {"numbers": some})
        connection.execute(_REST, {"numbers": some})
    if connection.execute(_GLOBS, {"number": number}).first() is None:
        connection.execute(_UNLIST, {"number": number})


_key = (watches.c.repository == bindparam("number"), watches.c.glob == bindparam("tag_glob"))
_SIGNATURES = select(watches.c.signatures).where(*_key).with_for_update()
_SET_SIGNATURES = update(watches).where(*_key).values(signatures=bindparam("wanted"))
_REMOVE = delete(watches).where(*_key)
_WATCHES = (
    select(watches, repositories.c.registry, repositories.c.name)
    .join(repositories, repositories.c.id == watches.c.repository)
    .order_by(repositories.c.registry, repositories.c.name, watches.c.glob)
)
_FOLLOWED = (
    select(looks.c.repository, tags.c.name).join(tags, tags.c.id == looks.c.tag).where(looks.c.watched)
)
_OWN = (
    select(tags.c.name, looks.c.tag)
    .join(tags, tags.c.id == looks.c.tag)
    .where(looks.c.repository == bindparam("number"), looks.c.watched == bindparam("watched"))
)
_PLACE = tuple_(repositories.c.registry, repositories.c.name, tags.c.name)
_WATCHED = (
    select(repositories.c.registry, repositories.c.name.label("repository"), tags.c.name.label("tag"))
    .select_from(looks)
    .join(tags, tags.c.id == looks.c.tag)
    .join(repositories, repositories.c.id == tags.c.repository)
    .where(looks.c.watched)
    .order_by(repositories.c.registry, repositories.c.name, tags.c.name)
)
_IS_WATCHED = select(looks.c.watched).where(looks.c.tag == bindparam("number"))
_moment = bindparam("moment", type_=BigInteger())
_busy = held(lists, _moment)
_HURRY = (
    update(lists)
    .where(lists.c.repository == bindparam("number"))
    .values(
        due_at=case((_busy, _moment), else_=hurried(lists, _moment)),
        turn=case((_busy, lists.c.turn), else_=hurried(lists, _moment)),
    )
)
_these = looks.c.tag.in_(bindparam("numbers", expanding=True))
_LOCK = select(looks.c.tag).where(_these).order_by(looks.c.tag).with_for_update()
_REST = (
    update(looks)
    .where(_these)
    .values(watched=False, turn=None, leased_until=None, claim_how=None, fence=looks.c.fence + 1)
)
_GLOBS = select(watches.c.id).where(
    watches.c.repository == bindparam("number"),
    or_(watches.c.glob.contains("*"), watches.c.glob.contains("?")),
)
_UNLIST = delete(lists).where(lists.c.repository == bindparam("number"))
