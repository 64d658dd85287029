"""What every WatchStore must do: one suite over the twin, SQLite and PostgreSQL."""

from dataclasses import replace

from tagwake.core.history import Gap
from tagwake.core.reference import Stream
from tagwake.core.watch_pattern import WatchPattern
from tagwake.ports.watch_store import Watch
from tagwake.testing.contracts.look_queue import HOUR, START, A, Office, seen, stream

APP = "r.example/team/app"
SIGNATURE = f"sha256-{'0' * 64}.sig"


def watch(office: Office, *texts: str, by: str = "test") -> int:
    """Watch these patterns."""
    return office.watches.watch(map(WatchPattern.parse, texts), by=by, now=START)


def found(office: Office, *tags: str) -> None:
    """List these tags of the repository."""
    (lease,) = office.lists.claim_lists(9, now=START)
    office.lists.record_list(lease, tags, now=START, next_due=START)


class WatchStoreContract:
    """Subclasses give the fixture ``office``."""

    def test_watches_are_shown_in_order(self, office: Office) -> None:
        """With who added them, when, and how much they cover."""
        assert office.watches.watches() == ()
        assert watch(office, f"{APP}:2", f"{APP}:1*", "debian:12", f"{APP}:2") == 3
        found(office, "10", "11", "2", "3")
        assert [(str(each.pattern), each.streams) for each in office.watches.watches()] == [
            ("docker.io/library/debian:12", 1),
            (f"{APP}:1*", 2),
            (f"{APP}:2", 1),
        ]
        assert office.watches.watches()[2] == Watch(WatchPattern.parse(f"{APP}:2"), "test", START, 1)

    def test_a_watch_is_added_once(self, office: Office) -> None:
        """Whoever comes second changes nothing but whether signatures are meant."""
        watch(office, f"{APP}:*")
        found(office, "1", SIGNATURE)
        assert not office.watches.is_watched(stream(SIGNATURE))
        wider = replace(WatchPattern.parse(APP), signatures=True)
        assert office.watches.watch([wider], by="other", now=START + HOUR) == 0
        (lease,) = office.lists.claim_lists(9, now=START + HOUR)
        office.lists.record_list(lease, ["1", SIGNATURE], now=START + HOUR, next_due=START + HOUR)
        assert office.watches.is_watched(stream(SIGNATURE))
        assert office.watches.watches() == (Watch(wider, "test", START, 2),)
        assert watch(office, APP) == 0
        assert not office.watches.is_watched(stream(SIGNATURE))
        assert office.watches.is_watched(stream())

    def test_followed_tags_are_shown_page_by_page(self, office: Office) -> None:
        """By registry, repository and name."""
        watch(office, f"{APP}:b", f"{APP}:a", "r.example/a:z", "a.example/z:z")
        expected = (
            Stream("a.example", "z", "z"),
            Stream("r.example", "a", "z"),
            stream("a"),
            stream("b"),
        )
        assert office.watches.watched(9) == expected
        assert office.watches.watched(2) == expected[:2]
        assert office.watches.watched(2, expected[1]) == expected[2:]
        assert office.watches.watched(2, expected[3]) == ()

    def test_a_tag_that_another_watch_covers_stays(self, office: Office) -> None:
        """The rest rests."""
        watch(office, f"{APP}:1*", f"{APP}:*5")
        found(office, "14", "15", "25")
        assert office.watches.unwatch(WatchPattern.parse(f"{APP}:1*"))
        assert office.watches.watched(9) == (stream("15"), stream("25"))
        assert not office.watches.unwatch(WatchPattern.parse(f"{APP}:1*"))
        assert not office.watches.unwatch(WatchPattern.parse("unknown.example/a:1"))

    def test_history_outlives_a_watch(self, office: Office) -> None:
        """And the time without one is a gap in it."""
        watch(office, f"{APP}:1")
        for now in (START, START + 9 * HOUR):
            if now != START:
                assert office.watches.unwatch(WatchPattern.parse(f"{APP}:1"))
                assert office.history.timeline(stream()).moves != ()
                assert office.watches.watch([WatchPattern.parse(f"{APP}:1")], by="test", now=now) == 1
            (lease,) = office.looks.claim(9, now=now)
            office.looks.record(lease, seen(A), now=now, next_due=now + HOUR)
        assert office.watches.gaps(stream()) == (Gap(START, START + 9 * HOUR),)
        assert len(office.history.timeline(stream()).moves) == 1

    def test_what_was_followed_before_is_due_when_it_is_watched_again(self, office: Office) -> None:
        """Also by another pattern."""
        watch(office, f"{APP}:1", f"{APP}:2")
        office.looks.claim(9, now=START)
        for tag in "12":
            office.watches.unwatch(WatchPattern.parse(f"{APP}:{tag}"))
        assert office.watches.watched(9) == ()
        watch(office, f"{APP}:1*")
        (lease,) = office.looks.claim(9, now=START)
        assert lease.stream == stream("1")

    def test_what_was_never_followed_has_no_gaps(self, office: Office) -> None:
        """Nor is it watched."""
        assert office.watches.gaps(stream()) == ()
        assert not office.watches.is_watched(stream())
