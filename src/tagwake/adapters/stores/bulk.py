"""Many sightings folded at once: whole tags at a time, in parts that hold no lock for long.

What is taken over is put in order first, so that rows and indexes are written from one end to the other: that is as
fast as it gets, and leaves no room empty in between.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice
from operator import attrgetter, lt, ne

from sqlalchemy import Connection, Engine

from tagwake.adapters.stores.bulk_rows import (
    Values,
    existing_tags,
    gather_statistics,
    insert_rows,
    insert_tags,
    lock_tags,
    moves_of_tags,
    number_digests,
    raw_of_tags,
)
from tagwake.adapters.stores.dictionary import Numbers, describe, repository_number, word_number
from tagwake.adapters.stores.engine import transaction
from tagwake.adapters.stores.events import News, append
from tagwake.adapters.stores.fold import Rule, earliest_own, inside, kept, refold, tag_row
from tagwake.adapters.stores.states import move_row, numbered, raw_row, read_raw, read_states
from tagwake.adapters.stores.tables import moves
from tagwake.adapters.stores.tables import sightings as raw_sightings
from tagwake.adapters.stores.times import DAY, to_milliseconds
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting
from tagwake.core.state import states_of
from tagwake.ports.history_store import ImportResult

GROUP = 1_000_000
"""How many sightings are put in order in memory at a time: less than a gigabyte."""

PART = 50_000
"""How many sightings one transaction folds: a second or so, in which on SQLite nobody else writes."""

MANY = 10_000
"""After so many, what a database believes of its tables is out of date."""

Part = Sequence[tuple[Stream, Sequence[Sighting]]]
"""Tags, each with all that was seen of it."""


def import_all(engine: Engine, seen: Iterable[Sighting], *, now: datetime, immutable: Rule) -> ImportResult:
    """See :meth:`tagwake.ports.history_store.HistoryStore.import_sightings`."""
    today = to_milliseconds(now) // DAY
    done = ImportResult(0, 0, 0)
    waiting = iter(seen)
    while group := list(islice(waiting, GROUP)):
        with transaction(engine) as connection:
            numbers = _numbered_digests(connection, group)
        for part in _parts(group):
            with transaction(engine) as connection:
                made = _take(connection, numbers, part, today)
                corrected = append(connection, made.news, now=now, immutable=immutable)
            many = sum(len(some) for _, some in part)
            done = ImportResult(
                done.sightings + many, done.moves + made.moves, done.corrected + len(corrected)
            )
    if done.sightings >= MANY:
        with transaction(engine) as connection:
            gather_statistics(connection)
    return done


def _numbered_digests(connection: Connection, group: Sequence[Sighting]) -> Mapping[str, int]:
    """The numbers of all digests of the group, given in one go, by their hex digits: each algorithm has its length."""
    digests = {each.digest.hex: each.digest for each in group if each.digest is not None}
    numbers = number_digests(connection, digests.values())
    described = {
        each.digest: each for each in group if each.media_type is not None and each.digest is not None
    }
    for digest, each in sorted(described.items()):
        describe(connection, digest, each.media_type, each.size)
    return numbers


def _parts(group: Iterable[Sighting]) -> Iterator[Part]:
    """The group by tags, in the order of their names."""
    of_object: dict[int, list[Sighting]] = {}  # a reader has one object for a stream, as a rule
    for sighting in group:
        of_object.setdefault(id(sighting.stream), []).append(kept(sighting))
    by_stream: dict[Stream, list[Sighting]] = {}
    for some in of_object.values():
        by_stream.setdefault(some[0].stream, []).extend(some)
    part: list[tuple[Stream, list[Sighting]]] = []
    many = 0
    for stream in sorted(by_stream, key=_name):
        part.append((stream, by_stream[stream]))
        many += len(by_stream[stream])
        if many >= PART:
            yield part
            part, many = [], 0
    if part:
        yield part


def _name(stream: Stream) -> tuple[str, str, str]:
    return (stream.registry, stream.repository, stream.tag)


@dataclass(slots=True)
class _Made:
    """What a part has brought."""

    moves: int = 0
    news: list[News] = field(default_factory=list)


_Key = tuple[int, str]
_TAG_COLUMNS = (
    *("repository", "name"),
    *("position", "digest", "moved_at", "seen_at", "seen_how", "watched_since"),
)
_MOVE_COLUMNS = (
    *("tag", "position", "seen_at", "digest", "how", "rollback"),
    *("until", "until_how", "claimed_at", "own_seen_at", "own_how"),
)
_PLAIN = 6  # of those columns are all that a plain state has
_RAW_COLUMNS = ("tag", "seen_at", "digest", "how", "claimed_at", "recorded_on")


def _take(connection: Connection, digest_numbers: Mapping[str, int], part: Part, today: int) -> _Made:
    """Fold a part: tags that are new first, then those that are there, by their numbers."""
    hows = sorted({each.how for _, some in part for each in some})
    words = {text: word_number(connection, text) for text in hows}
    numbers = Numbers(lambda digest: digest_numbers[digest.hex], words.__getitem__)
    fresh: dict[_Key, Sequence[Sighting]] = {}
    there: dict[int, Sequence[Sighting]] = {}
    for (registry, name), streams in groupby(part, key=lambda each: _name(each[0])[:2]):
        repository = repository_number(connection, registry, name)
        seen_of = {stream.tag: seen for stream, seen in streams}
        existing = existing_tags(connection, repository, list(seen_of))
        there |= {existing[tag]: seen for tag, seen in seen_of.items() if tag in existing}
        fresh |= {(repository, tag): seen for tag, seen in seen_of.items() if tag not in existing}
    made = _Made()
    made.moves, late = _insert(connection, numbers, fresh, today)
    _fold_into(connection, {**there, **late}, made, today)
    return made


def _insert(
    connection: Connection, numbers: Numbers, fresh: Mapping[_Key, Sequence[Sighting]], today: int
) -> tuple[int, Mapping[int, Sequence[Sighting]]]:
    """Insert tags with all that was seen of them: how many moves, and those that somebody else has inserted."""
    made = {key: _fresh(numbers, seen, today) for key, seen in fresh.items()}
    given = insert_tags(connection, _TAG_COLUMNS, [(*key, *tag.row) for key, tag in made.items()])
    new = [(number, made[key]) for key, number in given.items()]
    for columns, rows in (
        (_MOVE_COLUMNS[:_PLAIN], [(number, *row) for number, tag in new for row in tag.plain]),
        (_MOVE_COLUMNS, [(number, *row) for number, tag in new for row in tag.moves]),
    ):
        insert_rows(connection, moves, columns, rows)
    insert_rows(
        connection, raw_sightings, _RAW_COLUMNS, [(number, *row) for number, tag in new for row in tag.raw]
    )
    late = {}
    for repository, name in fresh.keys() - given.keys():
        late[existing_tags(connection, repository, [name])[name]] = fresh[repository, name]
    return sum(tag.row[0] for _, tag in new), late


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A tag that nobody has seen before: its row, and those of its states and raw sightings, without its number."""

    row: Values
    moves: Sequence[Values] = ()
    raw: Sequence[Values] = ()
    plain: Sequence[Values] = ()


def _fresh(numbers: Numbers, seen: Sequence[Sighting], today: int) -> _Fresh:
    ordered = sorted(seen, key=attrgetter("seen_at"))
    if _is_plain(ordered):
        return _plain(numbers, ordered)
    states = states_of(seen)
    placed = numbered(states)
    return _Fresh(
        tuple(tag_row(numbers, states, earliest_own(seen)).values()),
        [tuple(move_row(numbers, *each, is_last=each is placed[-1]).values()) for each in placed],
        list({tuple(raw_row(numbers, 0, each, today).values())[1:] for each in inside(states, seen)}),
    )


def _is_plain(ordered: Sequence[Sighting]) -> bool:
    """Whether each sighting is a state by itself that nothing was claimed of, as in records of moves they are."""
    targets = [None if each.digest is None else each.digest.hex for each in ordered]
    times = [each.seen_at for each in ordered]
    return (
        targets[0] is not None
        and all(map(ne, targets, targets[1:]))
        and all(map(lt, times, times[1:]))
        and all(each.claimed_at is None for each in ordered)
    )


def _plain(numbers: Numbers, ordered: Sequence[Sighting]) -> _Fresh:
    """What the fold comes to where each sighting is a state by itself, many times as fast."""
    targets: set[int | None] = set()
    rows: list[Values] = []
    for position, each in enumerate(ordered, 1):
        digest = None if each.digest is None else numbers.digest(each.digest)
        is_rollback = digest is not None and digest in targets
        targets.add(digest)
        rows.append((position, to_milliseconds(each.seen_at), digest, numbers.word(each.how), is_rollback))
    position, seen_at, digest, how, _ = rows[-1]
    own = earliest_own(ordered)
    watched_since = None if own is None else to_milliseconds(own)
    return _Fresh((position, digest, seen_at, seen_at, how, watched_since), plain=rows)


def _fold_into(
    connection: Connection, there: Mapping[int, Sequence[Sighting]], made: _Made, today: int
) -> None:
    """Fold what was seen of tags that are there already."""
    locked = lock_tags(connection, there)
    known = [number for number, row in locked.items() if row.position is not None]
    move_rows, raw_rows = moves_of_tags(connection, known), raw_of_tags(connection, known)
    for number, row in locked.items():
        seen = there[number]
        stream = seen[0].stream
        old = read_states(connection, move_rows.get(number, ()), (row.seen_at, row.seen_how))
        raw = read_raw(connection, raw_rows.get(number, ()), stream)
        many, tellings = refold(connection, row, old, raw, seen, today=today, imported=True)
        made.moves += many
        made.news += [News(number, stream, telling) for telling in tellings]
