"""However they are read, a lease has the events of its own tag, in order."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from tests.verbs.events import NOW, append, stream

from tagwake.core.event import Event
from tagwake.core.reference import Stream
from tagwake.ports.subscription_store import DeliveryLease
from tagwake.testing.twins.feed import FeedTwin
from tagwake.verbs.lease_events import PIECE, lease_events


@dataclass
class Counting:
    """The twin, with the questions that it was asked."""

    inner: FeedTwin = field(default_factory=FeedTwin)
    asked: list[tuple[int, int]] = field(default_factory=list)

    def events(self, after: int, limit: int, stream: Stream | None = None) -> tuple[Event, ...]:
        self.asked.append((after, limit))
        return self.inner.events(after, limit, stream)

    def next_events(self, places: Sequence[tuple[Stream, int]], limit: int) -> tuple[tuple[Event, ...], ...]:
        self.asked += [(after, limit) for _, after in places]
        return self.inner.next_events(places, limit)

    def newest_events(
        self, limit: int, stream: Stream | None = None, before: int | None = None
    ) -> tuple[Event, ...]:
        return self.inner.newest_events(limit, stream, before)

    def newest(self) -> int:
        return self.inner.newest()


def lease(tag: str, told: int, until: int) -> DeliveryLease:
    return DeliveryLease("ops", stream(tag), 1, NOW, told, until)


@given(
    st.text("abc", min_size=1, max_size=90),
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 90), st.integers(0, 90)), max_size=8),
)
def test_a_lease_has_its_own_events(tags: str, wanted: list[tuple[str, int, int]]) -> None:
    feed = FeedTwin()
    append(feed, tags)
    leases = [lease(tag, min(ends, len(tags)), max(starts, ends)) for tag, starts, ends in wanted]
    found = lease_events(feed, leases)
    for each, has in zip(leases, found, strict=True):
        every = [e for e in feed.told if e.stream == each.stream and each.told < e.cursor <= each.until]
        assert list(has.events) == every[:PIECE]
        assert has.are_all is (len(every) < PIECE)


def test_what_is_new_is_read_in_one_go() -> None:
    feed = Counting()
    append(feed.inner, [f"t{number}" for number in range(100)])
    found = lease_events(feed, [lease(f"t{number}", number, number + 1) for number in range(40, 100)])
    assert [len(each.events) for each in found] == [1] * 60
    assert feed.asked == [(40, 60)]


def test_what_is_old_is_read_tag_by_tag() -> None:
    """Not all that has happened since."""
    feed = Counting()
    append(feed.inner, ["a", *["b"] * 500, "c"])
    found = lease_events(feed, [lease("c", 501, 502), lease("a", 0, 1)])
    assert [len(each.events) for each in found] == [1, 1]
    assert feed.asked == [(501, 1), (0, PIECE)]
    assert lease_events(feed, []) == ()
