"""Taking up: tags that a watch covers become rows of the queue."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, bindparam, or_, select, update

from tagwake.adapters.stores.given import InsertNew, OfKeys
from tagwake.adapters.stores.host_budgets import HostBudgets
from tagwake.adapters.stores.tables import repositories, tags
from tagwake.adapters.stores.times import to_milliseconds
from tagwake.adapters.stores.work_tables import looks, watches
from tagwake.core.reference import Stream
from tagwake.core.watch_pattern import WatchPattern

Place = tuple[str, str]
"""Registry and repository."""

_PART = 400
"""How many keys one question names."""
_Item = TypeVar("_Item")


def place_of(stream: Stream) -> Place:
    """The repository of a tag."""
    return stream.registry, stream.repository


def parts(items: Iterable[_Item], size: int = _PART) -> Iterator[list[_Item]]:
    """The items in lists that one question can name."""
    everything = list(items)
    for start in range(0, len(everything), size):
        yield everything[start : start + size]


def repositories_at(connection: Connection, places: Iterable[Place]) -> dict[Place, int]:
    """The numbers of those of the repositories that have one."""
    found: dict[Place, int] = {}
    for some in parts(sorted(set(places))):
        rows = _REPOSITORIES.rows(connection, some)
        found |= {(row.registry, row.name): int(row.id) for row in rows}
    return found


def known_looks(
    connection: Connection, numbers: Mapping[Place, int], streams: Iterable[Stream]
) -> dict[Stream, tuple[int, bool]]:
    """Number, and whether it is watched, of those of the tags that have a row in the queue."""
    places = {number: place for place, number in numbers.items()}
    keys = {(numbers[place], stream.tag) for stream in streams if (place := place_of(stream)) in numbers}
    found: dict[Stream, tuple[int, bool]] = {}
    for some in parts(sorted(keys)):
        for row in _KNOWN.rows(connection, some):
            found[Stream(*places[row.repository], row.name)] = (int(row.tag), bool(row.watched))
    return found


def tag_numbers(connection: Connection, streams: Iterable[Stream]) -> dict[Stream, int]:
    """The numbers of those of the tags that have one."""
    wanted = set(streams)
    numbers = repositories_at(connection, map(place_of, wanted))
    places = {number: place for place, number in numbers.items()}
    keys = sorted((numbers[place_of(each)], each.tag) for each in wanted if place_of(each) in numbers)
    return {
        Stream(*places[row.repository], row.name): int(row.id)
        for some in parts(keys)
        for row in _TAGS.rows(connection, some)
    }


def covered(connection: Connection, numbers: Mapping[Place, int], streams: Iterable[Stream]) -> list[Stream]:
    """Those of the tags that a watch follows, each once."""
    by_place: dict[Place, list[Stream]] = {}
    for stream in dict.fromkeys(streams):
        if place_of(stream) in numbers:
            by_place.setdefault(place_of(stream), []).append(stream)
    patterns: dict[int, list[WatchPattern]] = {}
    exact = [(numbers[place], stream.tag) for place, own in by_place.items() for stream in own]
    for chosen, keys in ((_GLOBS, [(numbers[place],) for place in by_place]), (_EXACT, exact)):
        for some in parts(sorted(keys)):
            for row in chosen.rows(connection, some):
                pattern = WatchPattern(row.registry, row.name, row.glob, row.signatures)
                patterns.setdefault(row.repository, []).append(pattern)
    return [
        stream
        for place, own in by_place.items()
        for stream in own
        if any(pattern.matches_tag(stream.tag) for pattern in patterns.get(numbers[place], ()))
    ]


def take_up(
    connection: Connection,
    budgets: HostBudgets,
    numbers: Mapping[Place, int],
    streams: Sequence[Stream],
    *,
    now: datetime,
    known: Mapping[Stream, tuple[int, bool]] | None = None,
) -> dict[Stream, int]:
    """Follow these tags, each due now; those that were not followed before, in their order, and their numbers.

    :param numbers: of all their repositories.
    :param known: what :func:`known_looks` tells of them, where it has been asked.
    """
    if known is None:
        known = known_looks(connection, numbers, streams)
    new = [stream for stream in dict.fromkeys(streams) if not known.get(stream, (0, False))[1]]
    moment = to_milliseconds(now)
    asleep = sorted(known[stream][0] for stream in new if stream in known)
    if asleep:
        connection.execute(_WAKE, [{"number": number, "moment": moment} for number in asleep])
    added = _add(connection, budgets, numbers, [stream for stream in new if stream not in known], now)
    return {stream: known[stream][0] if stream in known else added[stream] for stream in new}


def _add(
    connection: Connection,
    budgets: HostBudgets,
    numbers: Mapping[Place, int],
    streams: Sequence[Stream],
    now: datetime,
) -> dict[Stream, int]:
    hosts = {
        host: budgets.number(connection, host, now) for host in sorted({each.registry for each in streams})
    }
    places = {numbers[place_of(stream)]: place_of(stream) for stream in streams}
    added: dict[Stream, int] = {}
    moment = to_milliseconds(now)
    keys = sorted({(numbers[place_of(stream)], stream.tag) for stream in streams})
    for some in parts(keys):
        _NEW_TAGS.execute(connection, [{"repository": number, "name": name} for number, name in some])
        rows = _TAGS.rows(connection, some)
        added |= {Stream(*places[row.repository], row.name): int(row.id) for row in rows}
        new = [
            {
                "tag": row.id,
                "repository": row.repository,
                "host": hosts[places[row.repository][0]],
                "turn": moment,
                "due_at": moment,
            }
            for row in rows
        ]
        _NEW_LOOKS.execute(connection, new)
    return added


_REPOSITORIES = OfKeys(
    select(repositories.c.id, repositories.c.registry, repositories.c.name),
    registry=repositories.c.registry,
    repository=repositories.c.name,
)
_TAGS = OfKeys(
    select(tags.c.id, tags.c.repository, tags.c.name), repository=tags.c.repository, tag=tags.c.name
)
_KNOWN = OfKeys(
    select(tags.c.repository, tags.c.name, looks.c.tag, looks.c.watched)
    .select_from(looks)
    .join(tags, tags.c.id == looks.c.tag),
    repository=tags.c.repository,
    tag=tags.c.name,
)
_NEW_TAGS = InsertNew(tags, ("repository", "name"))
_NEW_LOOKS = InsertNew(
    looks,
    ("tag", "repository", "host", "turn", "due_at"),
    {"fence": 0, "watched": True, "hints": 0, "failures": 0, "rhythm": ""},
)
_PATTERNS = select(
    repositories.c.registry,
    repositories.c.name,
    watches.c.repository,
    watches.c.glob,
    watches.c.signatures,
).join(repositories, repositories.c.id == watches.c.repository)
_GLOBS = OfKeys(
    _PATTERNS.where(or_(watches.c.glob.contains("*"), watches.c.glob.contains("?"))),
    watched=watches.c.repository,
)
_EXACT = OfKeys(_PATTERNS, watched=watches.c.repository, glob=watches.c.glob)
_WAKE = (
    update(looks)
    .where(looks.c.tag == bindparam("number"))
    .values(watched=True, turn=bindparam("moment"), due_at=bindparam("moment"), leased_until=None)
)
