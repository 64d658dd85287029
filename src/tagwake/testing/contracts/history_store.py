"""What every HistoryStore and its Feed must do: one suite over the twin, SQLite and PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagwake.core.digest import Digest
from tagwake.core.event import Event, EventType
from tagwake.core.event_chain import first_broken
from tagwake.core.history import Gap, Timeline, moves_of
from tagwake.core.live import Certainty, Live
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting
from tagwake.ports.feed import Feed
from tagwake.ports.history_store import (
    Found,
    HistoryStore,
    ImportResult,
    Known,
    Placement,
    RepositoryTags,
    TagMove,
    TagState,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
A, B, C = (Digest("sha256", letter * 64) for letter in "abc")
LONG = Digest("sha512", "a" * 128)
STREAM = Stream("registry.example", "team/app", "1")
INDEX = "application/vnd.oci.image.index.v1+json"

_streams = (Stream("registry.example", "any/order", str(number)) for number in count())


class Archive(Protocol):
    """An empty history, and the feed of what is told of it."""

    @property
    def store(self) -> HistoryStore:
        """The history; a rule says of tags that begin with ``v`` that they must not move."""
        ...

    @property
    def feed(self) -> Feed:
        """The feed."""
        ...

    def note_gap(self, stream: Stream, gap: Gap) -> None:
        """Note that nobody was looking for a time."""
        ...


def at(minutes: float) -> datetime:
    """A moment."""
    return START + timedelta(minutes=minutes)


def seen(
    minutes: float,
    digest: Digest | None,
    how: str = "poll",
    claimed: float | None = None,
    stream: Stream = STREAM,
) -> Sighting:
    """A sighting."""
    return Sighting(stream, at(minutes), digest, how, None if claimed is None else at(claimed))


def record(archive: Archive, *sightings: Sighting) -> list[Event]:
    """Record them one by one; all that was told."""
    return [event for sighting in sightings for event in archive.store.record(sighting, now=at(120))]


def told(events: Sequence[Event]) -> list[tuple[str, str | None, bool]]:
    """Types, targets and whether it was a rollback."""
    return [
        (event.type.value, None if event.digest is None else event.digest.hex[0], event.rollback)
        for event in events
    ]


sightings_of_one_tag = st.lists(
    st.builds(
        seen,
        st.integers(0, 12),
        st.sampled_from([A, B, C, None]),
        st.sampled_from(["poll", "hook:zot", "import:csv"]),
        st.none() | st.integers(0, 12),
    ),
    max_size=14,
)
steady = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)


class HistoryStoreContract:
    """Subclasses give the fixture ``archive``."""

    def test_a_tag_that_was_never_seen(self, archive: Archive) -> None:
        """There is nothing to tell of it."""
        store = archive.store
        assert store.timeline(STREAM) == Timeline()
        assert store.newest_moves(STREAM, 10) == ()
        assert store.live(STREAM, at(0)) == Live(Certainty.UNKNOWN)
        assert store.tags_of(A) == ()
        assert store.first_seen(STREAM) is None
        assert store.first_seen(STREAM, A) is None
        assert store.known(A) is None
        assert store.streams("registry.example", "team/app") == ()
        assert store.tag(STREAM) is None
        assert store.tags("registry.example", "team/app", 10) == ()
        assert store.repositories(10) == ()
        assert store.recent(10) == ()
        assert store.find("app", 10) == Found()
        assert archive.feed.events(0, 10) == ()
        assert archive.feed.newest() == 0

    def test_what_a_look_adds_is_told_once(self, archive: Archive) -> None:
        """The same state seen again tells nothing."""
        events = record(archive, seen(0, None), seen(1, A), seen(2, A), seen(5, B), seen(6, None), seen(9, A))
        assert told(events) == [
            ("tag.created", "a", False),
            ("tag.moved", "b", False),
            ("tag.deleted", None, False),
            ("tag.created", "a", True),
        ]
        assert [(event.not_before, event.seen_at) for event in events] == [
            (at(0), at(1)),
            (at(2), at(5)),
            (at(5), at(6)),
            (at(6), at(9)),
        ]
        assert [event.previous for event in events] == [None, A, B, None]
        assert {event.recorded_at for event in events} == {at(120)}
        assert record(archive, seen(9, A), seen(5, B), seen(0, None)) == []

    def test_an_event_says_how_it_is_known(self, archive: Archive) -> None:
        """The registry's own word is kept apart, and a rule's breach is told."""
        version = Stream("registry.example", "team/app", "v1.2")
        events = record(archive, seen(3, A, "hook:quay", 2.5), seen(4, A, stream=version))
        assert [(event.how, event.claimed_at, event.immutable) for event in events] == [
            ("hook:quay", at(2.5), False),
            ("poll", None, True),
        ]

    def test_times_are_kept_to_the_millisecond(self, archive: Archive) -> None:
        """What is finer is cut off, also where sightings are compared."""
        fine = timedelta(microseconds=1_999)
        record(archive, Sighting(STREAM, START + fine, A, "poll", START + fine))
        record(archive, Sighting(STREAM, START + timedelta(microseconds=1_001), B, "poll"))
        moves = archive.store.timeline(STREAM).moves
        cut = START + timedelta(milliseconds=1)
        assert [(move.digest, move.seen_at, move.claimed_at) for move in moves] == [
            (A, cut, cut),
            (B, cut, None),
        ]

    def test_a_late_look_between_two_that_were_told_corrects(self, archive: Archive) -> None:
        """The correction carries the tag's last move, and says from when on the history is another."""
        record(archive, seen(0, A), seen(9, A))
        events = record(archive, seen(4, B))
        assert told(events) == [("tag.corrected", "a", True)]
        assert (events[0].previous, events[0].since, events[0].seen_at) == (B, at(4), at(9))
        assert [move.digest for move in archive.store.timeline(STREAM).moves] == [A, B, A]
        assert record(archive, seen(4, B), seen(3, A), seen(5, B)) == []

    def test_a_late_look_that_narrows_an_interval_tells_nothing(self, archive: Archive) -> None:
        """What was told still holds."""
        record(archive, seen(0, A), seen(9, B))
        assert record(archive, seen(3, A), seen(6, B)) == []
        move = archive.store.timeline(STREAM).moves[-1]
        assert (move.not_before, move.seen_at) == (at(3), at(6))

    def test_an_import_tells_nothing(self, archive: Archive) -> None:
        """And a look at what an import knew already neither; what comes after is told."""
        result = archive.store.import_sightings(
            [seen(0, A, "import:csv"), seen(3, B, "import:csv")], now=at(120)
        )
        assert result == ImportResult(sightings=2, moves=2, corrected=0)
        assert record(archive, seen(5, B)) == []
        assert told(record(archive, seen(6, A))) == [("tag.moved", "a", True)]

    def test_an_import_that_was_done_already_changes_nothing(self, archive: Archive) -> None:
        """Also where the registry's record has become longer."""
        record_ = [seen(0, A, "import:csv"), seen(3, B, "import:csv")]
        archive.store.import_sightings(record_, now=at(120))
        before = archive.store.timeline(STREAM)
        assert archive.store.import_sightings(record_, now=at(121)) == ImportResult(2, 0, 0)
        assert archive.store.timeline(STREAM) == before
        longer = [*record_, seen(5, C, "import:csv")]
        assert archive.store.import_sightings(longer, now=at(122)) == ImportResult(3, 1, 0)

    def test_an_import_that_contradicts_what_was_told_corrects(self, archive: Archive) -> None:
        """Once a tag, however much it brings."""
        record(archive, seen(10, A), seen(20, B))
        result = archive.store.import_sightings(
            [seen(12, C, "import:csv"), seen(14, A, "import:csv"), seen(15, C, "import:csv")], now=at(120)
        )
        assert result == ImportResult(sightings=3, moves=3, corrected=1)
        assert told(archive.feed.events(2, 10)) == [("tag.corrected", "b", False)]
        assert archive.feed.events(2, 10)[0].since == at(12)

    def test_an_import_of_what_was_before_contradicts_nothing(self, archive: Archive) -> None:
        """It was never said what the tag was before."""
        record(archive, seen(10, A), seen(20, B))
        result = archive.store.import_sightings(
            [seen(1, C, "import:csv"), seen(2, None, "import:csv")], now=at(120)
        )
        assert result == ImportResult(sightings=2, moves=2, corrected=0)

    def test_an_import_that_makes_a_rollback_of_what_was_told_corrects(self, archive: Archive) -> None:
        """The tag had been there before."""
        record(archive, seen(10, A), seen(20, B))
        archive.store.import_sightings([seen(1, B, "import:csv")], now=at(120))
        assert told(archive.feed.events(2, 10)) == [("tag.corrected", "b", True)]

    def test_an_import_that_goes_on_beyond_what_was_told_corrects(self, archive: Archive) -> None:
        """Else the feed would never tell of it: a look finds what is known."""
        record(archive, seen(10, A))
        archive.store.import_sightings([seen(15, B, "import:quay")], now=at(120))
        assert told(archive.feed.events(1, 10)) == [("tag.corrected", "b", False)]
        assert record(archive, seen(20, B)) == []

    def test_the_timeline_of_a_tag(self, archive: Archive) -> None:
        """Its moves, its gaps, and since when we look ourselves."""
        sightings = [seen(0, A, "import:csv"), seen(3, A), seen(5, B), seen(30, None), seen(31, A)]
        record(archive, *sightings)
        archive.note_gap(STREAM, Gap(at(5), at(30)))
        assert archive.store.timeline(STREAM) == Timeline(moves_of(sightings), (Gap(at(5), at(30)),), at(3))

    def test_newest_moves_page_by_page(self, archive: Archive) -> None:
        """Also where several moves were seen at the same moment."""
        record(archive, *(seen(minutes, digest) for minutes in (0, 3, 7) for digest in (A, B, C)))
        store = archive.store
        moves = store.timeline(STREAM).moves[::-1]
        assert len(moves) == 9
        assert store.newest_moves(STREAM, 4) == moves[:4]
        assert store.newest_moves(STREAM, 100) == moves
        assert store.newest_moves(STREAM, 100, before=at(7)) == moves[3:]
        assert store.newest_moves(STREAM, 100, before=at(6)) == moves[3:]
        assert store.newest_moves(STREAM, 100, before=at(0)) == ()
        for size in range(1, 5):
            pages = [*store.newest_moves(STREAM, size)]
            while more := store.newest_moves(STREAM, size, pages[-1].seen_at, pages[-1].position):
                pages += more
            assert tuple(pages) == moves

    def test_what_a_tag_was_at_a_moment(self, archive: Archive) -> None:
        """Exactly, as one of two, or unknown."""
        record(archive, seen(1, A), seen(3, A), seen(7, B), seen(8, None))
        live = archive.store.live
        assert live(STREAM, at(0.9)) == Live(Certainty.UNKNOWN)
        assert live(STREAM, at(1)) == Live(Certainty.EXACT, A)
        assert live(STREAM, at(3)) == Live(Certainty.EXACT, A)
        assert live(STREAM, at(4)) == Live(Certainty.WITHIN, A, B)
        assert live(STREAM, at(7)) == Live(Certainty.EXACT, B)
        assert live(STREAM, at(7.5)) == Live(Certainty.WITHIN, B, None)
        assert live(STREAM, at(100)) == Live(Certainty.EXACT, None)

    def test_every_tag_that_a_digest_was_under(self, archive: Archive) -> None:
        """And when; also where it came back."""
        other = Stream("registry.example", "team/app", "latest")
        record(archive, seen(0, A), seen(2, A), seen(3, B), seen(5, A), seen(6, A), seen(2, A, stream=other))
        assert archive.store.tags_of(A) == (
            Placement(STREAM, at(0), at(3), at(2)),
            Placement(other, at(2), None, at(2)),
            Placement(STREAM, at(5), None, at(6)),
        )
        assert archive.store.tags_of(B) == (Placement(STREAM, at(3), at(5), at(3)),)
        assert archive.store.tags_of(LONG) == ()

    def test_when_we_first_saw_a_digest(self, archive: Archive) -> None:
        """What was imported does not count; what came back is as old as it was."""
        record(
            archive, seen(0, A, "import:csv"), seen(4, A), seen(6, B), seen(9, A), seen(10, C, "import:csv")
        )
        first_seen = archive.store.first_seen
        assert first_seen(STREAM, A) == at(4)
        assert first_seen(STREAM, B) == at(6)
        assert first_seen(STREAM, C) is None
        assert first_seen(STREAM) is None
        record(archive, seen(12, C))
        assert first_seen(STREAM) == first_seen(STREAM, C) == at(12)
        record(archive, seen(13, None))
        assert first_seen(STREAM) is None

    def test_a_digest_that_nobody_looked_at_is_known_without_type_and_size(self, archive: Archive) -> None:
        """And one that was looked at with both, whatever comes later."""
        record(archive, seen(0, A, "import:csv"))
        assert archive.store.known(A) == Known(None, None)
        record(archive, Sighting(STREAM, at(1), A, "poll", None, INDEX, 1234), seen(2, A), seen(3, LONG))
        assert archive.store.known(A) == Known(INDEX, 1234)
        assert archive.store.known(LONG) == Known(None, None)
        assert archive.store.known_all([A, LONG, LONG, Digest("sha256", "9" * 64)]) == {
            A: Known(INDEX, 1234),
            LONG: Known(None, None),
        }
        assert archive.store.known_all([]) == {}

    def test_repositories_and_their_tags(self, archive: Archive) -> None:
        """By name; what was never there is left out."""
        names = [
            ("a.example", "x/y", "2"),
            ("a.example", "x/y", "10"),
            ("b.example", "x", "B"),
            ("b.example", "x", "a"),
        ]
        record(archive, *(seen(n, A, stream=Stream(*name)) for n, name in enumerate(names)))
        record(archive, seen(8, None, stream=Stream("c.example", "never", "there")))
        record(archive, seen(9, None, stream=Stream("b.example", "x", "a")))
        store = archive.store
        assert [stream.tag for stream in store.streams("a.example", "x/y")] == ["10", "2"]
        assert [stream.tag for stream in store.streams("b.example", "x")] == ["B", "a"]
        assert store.streams("c.example", "never") == ()
        assert store.repositories(5) == (
            RepositoryTags("a.example", "x/y", 2, at(1)),
            RepositoryTags("b.example", "x", 2, at(9)),
        )
        assert store.repositories(1) == store.repositories(5)[:1]
        assert store.repositories(5, after=("a.example", "x/y")) == store.repositories(5)[1:]

    def test_what_moved_lately(self, archive: Archive) -> None:
        """The last move of each tag, imported ones too, newest first."""
        other = Stream("registry.example", "team/app", "latest")
        record(
            archive, seen(0, A), seen(5, B), seen(7, A, stream=other), seen(9, A, "import:csv", stream=other)
        )
        record(archive, seen(11, None, stream=Stream("registry.example", "never", "there")))
        last = archive.store.timeline(other).moves[-1], archive.store.timeline(STREAM).moves[-1]
        assert archive.store.recent(5) == (TagMove(other, last[0]), TagMove(STREAM, last[1]))
        assert archive.store.recent(1) == (TagMove(other, last[0]),)

    @pytest.mark.parametrize(
        ("text", "repositories", "tags", "digests"),
        [
            ("APP", ["team/app"], [], []),
            ("team/app", ["team/app"], [], []),
            ("registry.example/team", ["team/app", "team/lib"], [], []),
            ("1.2", [], ["app:1.2", "app:1.2.3", "lib:1.2"], []),
            ("app:1.2", ["team/app"], ["app:1.2", "app:1.2.3"], []),
            ("registry.example/team/lib:", ["team/lib"], ["lib:1.2"], []),
            ("app:1.2@sha256:bbbb", [], [], [B]),
            ("aaaa", [], [], [A, LONG]),
            ("sha512:aaaaaaa", [], [], [LONG]),
            ("sha256:" + "b" * 64, [], [], [B]),
            ("aaa", [], [], []),
            ("100%", [], [], []),
            ("te_m", [], [], []),
            ("a_b", ["a_b"], ["a_b:a_b"], []),
            ("\\", [], [], []),
            ("", [], [], []),
        ],
    )
    def test_search(
        self, archive: Archive, text: str, repositories: list[str], tags: list[str], digests: list[Digest]
    ) -> None:
        """By a part of a repository's name, an image, a tag's start, a digest's start."""
        for name, tag, digest in (
            ("team/app", "1.2", A),
            ("team/app", "1.2.3", B),
            ("team/lib", "1.2", LONG),
            ("a_b", "a_b", C),
            ("axb", "axb", C),
        ):
            record(archive, seen(0, digest, stream=Stream("registry.example", name, tag)))
        found = archive.store.find(text, 10)
        assert [each.repository for each in found.repositories] == repositories
        assert [f"{each.repository.rpartition('/')[2]}:{each.tag}" for each in found.streams] == tags
        assert list(found.digests) == digests
        one = archive.store.find(text, 1)
        assert one == Found(found.repositories[:1], found.streams[:1], found.digests[:1])

    def test_the_feed_is_read_from_any_cursor(self, archive: Archive) -> None:
        """It has no gap, and a stream's part of it is in order."""
        other = Stream("registry.example", "team/app", "latest")
        events = record(
            archive, seen(0, A), seen(1, A, stream=other), seen(2, B), seen(3, C, stream=other), seen(4, A)
        )
        feed = archive.feed
        assert [event.cursor for event in events] == [1, 2, 3, 4, 5]
        assert feed.events(0, 100) == tuple(events)
        assert feed.events(2, 2) == tuple(events[2:4])
        assert feed.events(5, 2) == ()
        assert feed.newest() == 5
        assert feed.newest_events(2) == tuple(events[:2:-1])
        assert feed.newest_events(10, before=3) == tuple(events[1::-1])
        for stream in (STREAM, other):
            mine = tuple(event for event in events if event.stream == stream)
            assert feed.events(0, 100, stream) == mine
            assert feed.events(mine[0].cursor, 100, stream) == mine[1:]
            assert feed.newest_events(1, stream) == mine[-1:]
            assert first_broken(mine) is None
        nowhere = Stream("registry.example", "team/app", "none")
        assert feed.events(0, 100, nowhere) == ()
        stream, mine = events[0].stream, feed.events(0, 100, events[0].stream)
        places = [(stream, 0), (nowhere, 0), (stream, mine[0].cursor)]
        assert feed.next_events(places, 1) == (mine[:1], (), mine[1:2])
        assert feed.next_events([], 1) == ()

    def test_pruning_leaves_the_timeline_as_it_is(self, archive: Archive) -> None:
        """And what comes later folds with what is remembered."""
        sightings = [
            seen(0, A, "import:csv", 8),
            seen(1, A),
            seen(2, A, "hook:zot", 1),
            seen(4, B),
            seen(6, B, "hook:zot"),
            seen(9, A),
        ]
        record(archive, *sightings)
        before = archive.store.timeline(STREAM)
        archive.store.prune(now=at(120) + timedelta(days=30))
        assert archive.store.timeline(STREAM) == before
        late = seen(5, C, "manual")
        assert told(record(archive, late)) == [("tag.corrected", "a", True)]
        assert archive.store.timeline(STREAM).moves == moves_of([*sightings, late])

    @steady
    @given(sightings=sightings_of_one_tag, random=st.randoms(use_true_random=False))
    def test_any_order_and_any_duplicates_give_the_same_timeline(
        self, archive: Archive, sightings: list[Sighting], random: Random
    ) -> None:
        """One sighting at a time, and the feed tells a reader the same."""
        stream = next(_streams)
        mine = [_of(stream, sighting) for sighting in sightings]
        given_ = mine + random.choices(mine, k=3) if mine else []
        random.shuffle(given_)
        reader = Reader(archive, stream)
        for sighting in given_:
            reader.read(archive.store.record(sighting, now=at(120)))
        assert archive.store.timeline(stream).moves == moves_of(mine)
        assert archive.feed.events(0, 1000, stream) == tuple(reader.events)
        assert first_broken(reader.events) is None

    def test_tags_as_they_are_known_now(self, archive: Archive) -> None:
        """Their newest state and how many moves led to it, each alone and page by page, what moved last first."""
        one, two, three, gone, never = (
            Stream("registry.example", "team/app", tag) for tag in ("1.1", "1.2", "1.3", "2", "3")
        )
        record(
            archive,
            seen(0, A, stream=one),
            seen(1, B, stream=one),
            seen(9, B, stream=one),
            seen(1, A, "import:csv", stream=two),
            seen(4, A, stream=three),
            seen(2, C, "import:csv", stream=gone),
            seen(5, None, stream=gone),
            seen(5, None, stream=never),
            seen(6, A, stream=Stream("registry.example", "team/other", "1.1")),
        )
        states = [
            TagState(gone, 2, None, at(5), at(5), at(5)),
            TagState(three, 1, A, at(4), at(4), at(4)),
            TagState(one, 2, B, at(1), at(9), at(0)),
            TagState(two, 1, A, at(1), at(1), None),
        ]
        store, named = archive.store, ("registry.example", "team/app")
        assert [store.tag(state.stream) for state in states] == states
        assert store.tag(never) is None
        assert list(store.tags(*named, 10)) == states
        assert list(store.tags(*named, 10, start="1.")) == states[1:]
        paged: list[TagState] = []
        while page := store.tags(
            *named, 1, after=(paged[-1].moved_at, paged[-1].stream.tag) if paged else None
        ):
            paged += page
        assert paged == states

    def test_what_a_person_should_see(self, archive: Archive) -> None:
        """Rollbacks, and tags that must not move and did; newest first, and only among the newest events."""
        fixed = Stream("registry.example", "team/app", "v1")
        record(archive, seen(0, A), seen(1, B), seen(2, A), seen(3, C), seen(4, A, stream=fixed))
        record(archive, seen(5, B, stream=fixed), seen(6, None, stream=fixed), seen(7, B))

        def shown(limit: int, among: int) -> list[int]:
            return [event.cursor for event in archive.feed.remarkable(limit, among)]

        assert shown(10, 100) == [8, 7, 6, 3]
        assert shown(2, 100) == [8, 7]
        assert shown(10, 3) == [8, 7, 6]
        assert shown(10, 0) == []

    @steady
    @given(parts=st.lists(st.tuples(st.booleans(), sightings_of_one_tag), max_size=4))
    def test_looks_and_imports_in_any_order_give_the_same_timeline(
        self, archive: Archive, parts: list[tuple[bool, list[Sighting]]]
    ) -> None:
        """However they are mixed; and the feed never leaves its reader with what does not hold."""
        stream, everything = next(_streams), list[Sighting]()
        reader = Reader(archive, stream)
        for imported, part in parts:
            mine = [_of(stream, each, "import:csv" if imported else each.how) for each in part]
            everything += mine
            if imported:
                before, cursor = len(archive.store.timeline(stream).moves), archive.feed.newest()
                result = archive.store.import_sightings(mine, now=at(120))
                reader.read(archive.feed.events(cursor, 100))
                assert result.moves == len(archive.store.timeline(stream).moves) - before
                assert result.corrected == archive.feed.newest() - cursor <= 1
            else:
                for sighting in mine:
                    reader.read(archive.store.record(sighting, now=at(120)))
        own = [sighting.seen_at for sighting in everything if sighting.is_own]
        timeline = archive.store.timeline(stream)
        assert timeline == Timeline(moves_of(everything), (), min(own, default=None))


class Reader:
    """Somebody who keeps a tag's moves by the feed, and reads them again where a correction says so."""

    def __init__(self, archive: Archive, stream: Stream) -> None:
        self.archive = archive
        self.stream = stream
        self.events: list[Event] = []
        self.moves: list[tuple[Digest | None, bool]] = []

    def read(self, events: Sequence[Event]) -> None:
        """Go on by these events; what it then has must be the end of the history."""
        moves = [(move.digest, move.rollback) for move in self.archive.store.timeline(self.stream).moves]
        for event in events:
            if event.type is EventType.CORRECTED:
                assert event.since is not None
                first = self.events[0]
                states = self.archive.store.timeline(self.stream).moves
                place = max(
                    n
                    for n, move in enumerate(states)
                    if move.digest == first.digest and move.seen_at <= first.seen_at
                )
                self.moves = moves[place:]
            else:
                self.moves.append((event.digest, event.rollback))
            self.events.append(event)
        assert self.moves == moves[len(moves) - len(self.moves) :]
        if self.events:
            assert self.events[-1].digest == moves[-1][0]


def _of(stream: Stream, sighting: Sighting, how: str | None = None) -> Sighting:
    return Sighting(stream, sighting.seen_at, sighting.digest, how or sighting.how, sighting.claimed_at)
