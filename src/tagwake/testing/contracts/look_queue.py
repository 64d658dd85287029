"""What every LookQueue must do: one suite over the twin, SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagwake.core.absence import APART
from tagwake.core.budget import Budget
from tagwake.core.claim import Claim
from tagwake.core.digest import Digest
from tagwake.core.event import EventType
from tagwake.core.finding import LookState
from tagwake.core.hint import Hint
from tagwake.core.history import Gap
from tagwake.core.look import Absent, Look, Seen, Unchanged, Unknown
from tagwake.core.reference import Stream
from tagwake.core.resolution import Failure
from tagwake.core.watch_pattern import WatchPattern
from tagwake.ports.history_store import HistoryStore
from tagwake.ports.lease import LEASE, StaleLease
from tagwake.ports.list_queue import ListQueue
from tagwake.ports.look_queue import Backlog, Lease, LookQueue
from tagwake.ports.watch_store import WatchStore

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
A, B = (Digest("sha256", letter * 64) for letter in "ab")
TYPE = "application/vnd.oci.image.index.v1+json"

AMPLE = Budget(rate=10_000, burst=10_000)
"""The budget of all hosts but one."""
SLOW = "slow.example"
SCARCE = Budget(rate=1, burst=3)
"""The budget of :data:`SLOW`."""

_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["claim", "record", "renew", "release", "hint", "wait", "die"]), st.integers(1, 12)
    ),
    max_size=40,
)
_hosts = (f"host-{number}.example" for number in count())


class Office(Protocol):
    """Watches, queues and a history that share their rows, all empty; budgets are :data:`AMPLE`, and one is scarce."""

    @property
    def looks(self) -> LookQueue:
        """The queue of looks."""
        ...

    @property
    def lists(self) -> ListQueue:
        """The queue of lists."""
        ...

    @property
    def watches(self) -> WatchStore:
        """The watches."""
        ...

    @property
    def history(self) -> HistoryStore:
        """Where sightings go."""
        ...


def seen(digest: Digest) -> Seen:
    """A look that saw this."""
    return Seen(digest, TYPE, 7, f'"{digest}"')


def stream(tag: str = "1", host: str = "r.example", repository: str = "team/app") -> Stream:
    """A tag."""
    return Stream(host, repository, tag)


def follow(office: Office, *streams: Stream, now: datetime = START) -> None:
    """Watch these tags."""
    patterns = [WatchPattern(each.registry, each.repository, each.tag) for each in streams]
    office.watches.watch(patterns, by="test", now=now)


def hint(of: Stream, **said: object) -> Hint:
    """A hint at a tag."""
    blank = Hint(of.registry, of.repository, of.tag, "zot", "main", "1")
    return replace(blank, **said)  # type: ignore[arg-type]


def tags_of(leases: tuple[Lease, ...]) -> list[str]:
    """What is to be looked at, in order."""
    return [lease.stream.tag for lease in leases]


class LookQueueContract:
    """Subclasses give the fixture ``office``."""

    def look(
        self, office: Office, look: Look, *, now: datetime, next_due: datetime | None = None
    ) -> list[EventType]:
        """Claim the one tag that is due and look at it; what was told."""
        (lease,) = office.looks.claim(1, now=now)
        told = office.looks.record(lease, look, now=now, next_due=next_due or now + HOUR)
        return [event.type for event in told]

    def test_where_nothing_is_watched_nothing_is_due(self, office: Office) -> None:
        """An empty queue is no error."""
        assert office.looks.claim(10, now=START) == ()
        assert office.looks.next_due(now=START) is None
        assert office.looks.backlog(now=START) == ()
        assert office.looks.hint([hint(stream())], now=START) == 0
        assert office.looks.siblings(stream()) == ()

    def test_what_is_watched_is_due_at_once(self, office: Office) -> None:
        """And whoever claims it holds it."""
        follow(office, stream())
        (lease,) = office.looks.claim(10, now=START)
        assert lease == Lease(stream(), lease.fence, START + LEASE, START, LookState())
        assert lease.how == "poll"
        assert office.looks.claim(10, now=START + LEASE - SECOND) == ()

    def test_a_look_is_recorded(self, office: Office) -> None:
        """It folds, tells, and is due again when it says."""
        follow(office, stream())
        (lease,) = office.looks.claim(1, now=START)
        (event,) = office.looks.record(lease, seen(A), now=START, next_due=START + HOUR, rhythm="3 days")
        assert (event.type, event.stream, event.digest) == (EventType.CREATED, stream(), A)
        assert [move.digest for move in office.history.timeline(stream()).moves] == [A]
        assert office.looks.claim(1, now=START + HOUR - SECOND) == ()
        assert office.looks.next_due(now=START) == START + HOUR
        (again,) = office.looks.claim(1, now=START + HOUR)
        assert again.rhythm == "3 days"
        assert again.state == LookState(A, f'"{A}"', START, START + HOUR)
        assert again.due_at == START + HOUR

    @pytest.mark.parametrize("etag", [None, '"x"', f'W/"{A}"', f'"{B}"', ""])
    def test_any_entity_tag_comes_back(self, office: Office, etag: str | None) -> None:
        """As it was sent; an empty one is none."""
        follow(office, stream())
        (lease,) = office.looks.claim(1, now=START)
        office.looks.record(lease, Seen(A, TYPE, 7, etag), now=START, next_due=START)
        (again,) = office.looks.claim(1, now=START)
        assert again.state.etag == (etag or None)

    def test_unchanged_tells_nothing_and_goes_on(self, office: Office) -> None:
        """But it is a sighting: the next move's interval begins there."""
        follow(office, stream())
        self.look(office, seen(A), now=START)
        assert self.look(office, Unchanged(), now=START + HOUR) == []
        assert self.look(office, seen(B), now=START + 2 * HOUR) == [EventType.MOVED]
        assert office.history.timeline(stream()).moves[-1].not_before == START + HOUR

    def test_a_look_that_told_nothing_folds_nothing(self, office: Office) -> None:
        """What was known stays, and failures are counted until one tells something."""
        follow(office, stream())
        self.look(office, seen(A), now=START)
        for number in (1, 2):
            unknown = Unknown(Failure.SERVER, "503")
            assert self.look(office, unknown, now=START + number * HOUR) == []
        (lease,) = office.looks.claim(1, now=START + 3 * HOUR)
        assert lease.state == LookState(A, f'"{A}"', START, START + HOUR, None, 2)
        assert len(office.history.timeline(stream()).moves) == 1

    def test_a_lease_runs_out_and_its_holder_is_fenced(self, office: Office) -> None:
        """A process that was frozen writes nothing."""
        follow(office, stream())
        (old,) = office.looks.claim(1, now=START)
        (new,) = office.looks.claim(1, now=START + LEASE)
        assert new.fence > old.fence
        with pytest.raises(StaleLease, match=r"r\.example/team/app:1: another process"):
            office.looks.record(old, seen(A), now=START + LEASE, next_due=START + 9 * HOUR)
        assert office.history.timeline(stream()).moves == ()
        assert office.looks.renew([old, new], now=START + LEASE + SECOND) == (old,)
        told = office.looks.record(new, seen(B), now=START + LEASE + SECOND, next_due=START + HOUR)
        assert [event.digest for event in told] == [B]

    def test_a_look_is_recorded_once(self, office: Office) -> None:
        """The lease ends with it."""
        follow(office, stream())
        (lease,) = office.looks.claim(1, now=START)
        office.looks.record(lease, seen(A), now=START, next_due=START)
        with pytest.raises(StaleLease):
            office.looks.record(lease, seen(B), now=START, next_due=START)
        assert office.looks.renew([lease], now=START) == (lease,)

    def test_a_renewed_lease_holds(self, office: Office) -> None:
        """For ten more seconds."""
        follow(office, stream())
        (lease,) = office.looks.claim(1, now=START)
        assert office.looks.renew([lease], now=START + 3 * SECOND) == ()
        assert office.looks.claim(1, now=START + LEASE) == ()
        assert len(office.looks.claim(1, now=START + LEASE + 3 * SECOND)) == 1

    def test_what_is_released_is_due_as_before(self, office: Office) -> None:
        """For another to take, with its request; a stale lease gives nothing back."""
        slow = stream(host=SLOW)
        follow(office, slow)
        first = office.looks.claim(1, now=START)
        office.looks.release(first)
        (second,) = office.looks.claim(1, now=START)
        assert second.due_at == START
        office.looks.release(first)
        assert office.looks.claim(1, now=START) == ()
        assert office.looks.take_budget(SLOW, 9, now=START) == 2

    def test_a_hint_makes_due_now(self, office: Office) -> None:
        """The look carries what was claimed, and so does the move."""
        follow(office, stream())
        self.look(office, seen(A), now=START)
        noon, claimed = START + HOUR / 2, START + HOUR / 4
        assert office.looks.hint([hint(stream(), claimed_at=claimed, digest=B)], now=noon) == 1
        (lease,) = office.looks.claim(1, now=noon)
        assert lease.claim == Claim("hook:zot", claimed, B)
        (event,) = office.looks.record(lease, seen(B), now=noon, next_due=noon + HOUR)
        assert (event.how, event.claimed_at) == ("hook:zot", claimed)
        (later,) = office.looks.claim(1, now=noon + HOUR)
        assert later.claim is None

    def test_hints_are_many_and_repeat_themselves(self, office: Office) -> None:
        """The latest of what they claim stands, in whatever order they come."""
        follow(office, stream(), stream("2"))
        late = hint(stream(), claimed_at=START + SECOND, digest=B)
        early = hint(stream(), claimed_at=START, digest=A)
        assert office.looks.hint([late, early, late], now=START) == 1
        assert office.looks.hint([early, hint(stream("2"))], now=START) == 2
        leases = {lease.stream.tag: lease.claim for lease in office.looks.claim(9, now=START)}
        assert leases == {"1": Claim("hook:zot", START + SECOND, B), "2": Claim("hook:zot")}

    def test_a_hint_while_a_look_is_under_way(self, office: Office) -> None:
        """Makes the tag due again: the look may have come too early."""
        follow(office, stream())
        (lease,) = office.looks.claim(1, now=START)
        assert office.looks.hint([hint(stream(), digest=B)], now=START + SECOND) == 1
        assert office.looks.claim(1, now=START + SECOND) == ()
        office.looks.record(lease, seen(A), now=START + 2 * SECOND, next_due=START + HOUR)
        (again,) = office.looks.claim(1, now=START + 2 * SECOND)
        assert again.claim == Claim("hook:zot", None, B)

    def test_a_hint_outlives_a_look_that_told_nothing(self, office: Office) -> None:
        """And a holder that died."""
        follow(office, stream())
        office.looks.hint([hint(stream(), digest=B)], now=START)
        office.looks.claim(1, now=START)
        (lease,) = office.looks.claim(1, now=START + LEASE)
        assert lease.how == "hook:zot"
        office.looks.record(lease, Unknown(Failure.TIMEOUT, "late"), now=START + LEASE, next_due=START + HOUR)
        (again,) = office.looks.claim(1, now=START + HOUR)
        assert again.claim == Claim("hook:zot", None, B)

    def test_a_hint_takes_up_a_new_tag_that_a_watch_covers(self, office: Office) -> None:
        """And leaves alone what none does."""
        office.watches.watch([WatchPattern.parse("r.example/team/app:1.*")], by="test", now=START)
        signature = stream(f"sha256-{'0' * 64}.sig")
        hints = [hint(stream(tag)) for tag in ("1.1", "2.1")] + [hint(signature)]
        other = hint(stream("1.1", repository="team/other"))
        assert office.looks.hint([*hints, other], now=START) == 1
        (lease,) = office.looks.claim(9, now=START)
        assert (lease.stream, lease.how) == (stream("1.1"), "hook:zot")
        assert not office.watches.is_watched(stream("2.1"))

    def test_a_hint_at_a_whole_repository(self, office: Office) -> None:
        """Means every tag of it that is watched, and its list."""
        follow(office, stream("1"), stream("2"), stream("1", repository="team/other"))
        office.watches.watch([WatchPattern("r.example", "team/app", "3*")], by="test", now=START)
        for lease in office.looks.claim(9, now=START):
            office.looks.record(lease, seen(A), now=START, next_due=START + HOUR)
        (listing,) = office.lists.claim_lists(9, now=START)
        office.lists.record_list(listing, ["1", "2"], now=START, next_due=START + HOUR)
        noon = START + HOUR / 2
        whole = hint(stream(), tag=None, deleted=True, digest=A)
        assert office.looks.hint([whole], now=noon) == 2
        leases = office.looks.claim(9, now=noon)
        assert sorted(tags_of(leases)) == ["1", "2"]
        assert {lease.claim for lease in leases} == {Claim("hook:zot", deleted=True)}
        assert len(office.lists.claim_lists(9, now=noon)) == 1

    def test_what_was_asked_for_comes_first(self, office: Office) -> None:
        """Hints, then siblings of what has moved, then what is merely due, however long."""
        tags = [stream(tag) for tag in "abcd"]
        follow(office, *tags)
        for lease in office.looks.claim(9, now=START):
            due = START + HOUR if lease.stream.tag in "ab" else START + 9 * HOUR
            office.looks.record(lease, seen(A), now=START, next_due=due)
        now = START + 5 * HOUR
        assert office.looks.promote([stream("c"), stream("a"), stream("nowhere")], now=now) == 1
        office.looks.hint([hint(stream("d"))], now=now)
        assert tags_of(office.looks.claim(3, now=now + SECOND))[:2] == ["d", "c"]

    def test_a_deletion_needs_two_404s_apart_in_time(self, office: Office) -> None:
        """The second look comes a minute after the first."""
        follow(office, stream())
        self.look(office, seen(A), now=START)
        first = START + HOUR
        assert self.look(office, Absent(), now=first) == []
        assert office.looks.next_due(now=first) == first + APART
        (early,) = office.looks.claim(1, now=first + APART)
        assert early.state.absent_since == first
        told = office.looks.record(early, Absent(), now=first + APART, next_due=first + 2 * HOUR)
        assert [event.type for event in told] == [EventType.DELETED]
        assert self.look(office, Absent(), now=first + 2 * HOUR) == []
        assert self.look(office, seen(A), now=first + 3 * HOUR) == [EventType.CREATED]

    def test_a_404_that_was_a_mistake(self, office: Office) -> None:
        """Is forgotten when the tag is seen again."""
        follow(office, stream())
        self.look(office, seen(A), now=START)
        assert self.look(office, Absent(), now=START + HOUR) == []
        assert self.look(office, seen(A), now=START + HOUR + APART) == []
        assert self.look(office, Absent(), now=START + 3 * HOUR) == []
        assert len(office.history.timeline(stream()).moves) == 1

    def test_a_delete_hint_is_confirmed_by_one_look(self, office: Office) -> None:
        """But the hint alone tells nothing."""
        follow(office, stream())
        self.look(office, seen(A), now=START)
        office.looks.hint([hint(stream(), deleted=True, claimed_at=START)], now=START + SECOND)
        (lease,) = office.looks.claim(1, now=START + SECOND)
        (event,) = office.looks.record(lease, Absent(), now=START + SECOND, next_due=START + HOUR)
        assert (event.type, event.how, event.claimed_at) == (EventType.DELETED, "hook:zot", START)

    def test_a_time_without_looks_is_a_gap(self, office: Office) -> None:
        """Not looking differs from no change."""
        follow(office, stream())
        self.look(office, seen(A), now=START)
        self.look(office, seen(A), now=START + 2 * HOUR)
        assert office.watches.gaps(stream()) == ()
        self.look(office, seen(A), now=START + 9 * HOUR)
        expected = (Gap(START + 2 * HOUR, START + 9 * HOUR),)
        assert office.watches.gaps(stream()) == expected
        assert office.history.timeline(stream()).gaps == expected

    def test_siblings_are_the_other_watched_tags_of_the_repository(self, office: Office) -> None:
        """As their own last looks have left them."""
        follow(office, *(stream(tag) for tag in "cab"), stream("a", repository="team/other"))
        for lease in office.looks.claim(9, now=START):
            office.looks.record(lease, seen(A), now=START, next_due=START + HOUR, rhythm=lease.stream.tag)
        found = office.looks.siblings(stream("b"))
        assert [(each.stream.tag, each.rhythm) for each in found] == [("a", "a"), ("c", "c")]
        assert found[0].due_at == START + HOUR
        assert found[0].state == LookState(A, f'"{A}"', START, START + HOUR)

    def test_a_move_promotes_siblings(self, office: Office) -> None:
        """In the same transaction; one that is due or held keeps its place."""
        follow(office, *(stream(tag) for tag in "abc"))
        for lease in office.looks.claim(9, now=START):
            due = START if lease.stream.tag == "a" else START + HOUR
            office.looks.record(lease, seen(A), now=START, next_due=due)
        (lease,) = office.looks.claim(1, now=START)
        office.looks.record(
            lease, seen(B), now=START + SECOND, next_due=START + HOUR, promote=[stream("a"), stream("b")]
        )
        assert tags_of(office.looks.claim(9, now=START + SECOND)) == ["b"]

    def test_a_stale_look_promotes_nothing(self, office: Office) -> None:
        """Nothing of it is written."""
        follow(office, stream("a"), stream("b"))
        first = office.looks.claim(9, now=START)
        for lease in first:
            office.looks.record(lease, seen(A), now=START, next_due=START + HOUR)
        with pytest.raises(StaleLease):
            office.looks.record(
                first[0], seen(B), now=START, next_due=START, promote=[stream("a"), stream("b")]
            )
        assert office.looks.claim(9, now=START + SECOND) == ()

    def test_a_host_gets_no_more_than_its_budget(self, office: Office) -> None:
        """Whoever asks: claims, lists and other requests share one bucket."""
        follow(office, *(stream(str(number), SLOW) for number in range(9)))
        assert len(office.looks.claim(9, now=START)) == 3
        assert office.looks.claim(9, now=START + SECOND / 2) == ()
        assert len(office.looks.claim(9, now=START + 2 * SECOND)) == 2
        assert office.looks.take_budget(SLOW, 5, now=START + 4 * SECOND) == 2
        assert office.looks.claim(9, now=START + 4 * SECOND) == ()
        assert office.looks.take_budget(SLOW, 9, now=START + HOUR) == 3

    def test_what_is_not_claimed_costs_nothing(self, office: Office) -> None:
        """Only leases use the budget up."""
        follow(office, stream(host=SLOW))
        assert len(office.looks.claim(9, now=START)) == 1
        assert office.looks.take_budget(SLOW, 9, now=START) == 2

    def test_a_lease_tells_what_is_left_of_the_budget(self, office: Office) -> None:
        """As a part of the burst; schedules live by it."""
        follow(office, *(stream(str(number), SLOW) for number in range(3)))
        rooms = [office.looks.claim(1, now=START)[0].room for _ in range(3)]
        assert rooms == pytest.approx([2 / 3, 1 / 3, 0])

    def test_a_paused_host_gives_nothing(self, office: Office) -> None:
        """Until the pause is over; another pause never shortens it."""
        follow(office, stream(), stream(host="other.example"))
        office.looks.pause_host("r.example", START + 60 * SECOND)
        office.looks.pause_host("r.example", START + 30 * SECOND)
        (lease,) = office.looks.claim(9, now=START + 45 * SECOND)
        assert lease.stream.registry == "other.example"
        assert office.looks.take_budget("r.example", 1, now=START + 45 * SECOND) == 0
        assert office.looks.next_due(now=START + 45 * SECOND) == START + 45 * SECOND + LEASE
        assert len(office.looks.claim(9, now=START + 60 * SECOND)) == 2

    def test_hosts_share_a_claim(self, office: Office) -> None:
        """One with much to do keeps no other waiting."""
        follow(office, *(stream(str(number)) for number in range(50)), now=START)
        follow(office, stream(host="a.example"), stream(host="z.example"), now=START + SECOND)
        hosts = [lease.stream.registry for lease in office.looks.claim(9, now=START + 2 * SECOND)]
        assert len(hosts) == 9
        assert {"a.example", "z.example"} < set(hosts)

    def test_a_claim_may_name_hosts(self, office: Office) -> None:
        """Then others are left alone."""
        follow(office, stream(), stream(host="a.example"))
        (lease,) = office.looks.claim(9, now=START, hosts=["a.example"])
        assert lease.stream.registry == "a.example"
        assert office.looks.claim(9, now=START, hosts=[]) == ()

    def test_the_backlog_is_shown_host_by_host(self, office: Office) -> None:
        """What is due, since when, what is held, and who is paused."""
        follow(office, stream("1"), stream("2"), stream("3"), stream(host="a.example"))
        office.looks.claim(1, now=START, hosts=["r.example"])
        office.looks.pause_host("a.example", START + HOUR)
        assert office.looks.backlog(now=START + SECOND) == (
            Backlog("a.example", 1, START, 0, START + HOUR),
            Backlog("r.example", 2, START, 1, None),
        )

    def test_what_is_not_watched_any_more_is_not_due(self, office: Office) -> None:
        """Not even to one who holds it."""
        follow(office, stream())
        (lease,) = office.looks.claim(1, now=START)
        office.watches.unwatch(WatchPattern("r.example", "team/app", "1"))
        with pytest.raises(StaleLease):
            office.looks.record(lease, seen(A), now=START, next_due=START)
        assert office.looks.claim(9, now=START + HOUR) == ()
        assert office.looks.hint([hint(stream())], now=START) == 0
        assert office.looks.promote([stream()], now=START) == 0

    def test_whatever_happens_nobody_works_on_what_another_holds(self, office: Office) -> None:
        """No two live leases for one row, a fenced record changes nothing, and nothing that is due is lost."""

        @settings(max_examples=25, deadline=None)
        @given(_STEPS)
        def holds(steps: list[tuple[str, int]]) -> None:
            _hold(office, steps)

        holds()


def _hold(office: Office, steps: list[tuple[str, int]]) -> None:
    host = next(_hosts)
    streams = [stream(str(number), host) for number in range(3)]
    follow(office, *streams)
    now, held, dead = START, list[Lease](), list[Lease]()
    for step, number in steps:
        live = [lease for lease in held if lease.until > now]
        if step == "wait":
            now += number * SECOND
        elif step == "claim":
            claimed = office.looks.claim(number, now=now, hosts=[host])
            assert not {lease.stream for lease in claimed} & {lease.stream for lease in live}
            assert all(
                lease.fence > old.fence
                for lease in claimed
                for old in held + dead
                if old.stream == lease.stream
            )
            held += claimed
        elif step == "hint":
            office.looks.hint([hint(streams[number % 3])], now=now)
        elif held:
            lease = held.pop(number % len(held))
            newest = max(each.fence for each in [lease, *held, *dead] if each.stream == lease.stream)
            if step == "record":
                before = office.history.timeline(lease.stream)
                try:
                    office.looks.record(lease, seen(A if number % 2 else B), now=now, next_due=now)
                except StaleLease:
                    assert lease.fence < newest or lease in dead
                    assert office.history.timeline(lease.stream) == before
                else:
                    assert lease.fence == newest
                dead.append(lease)
            elif step == "renew":
                lost = office.looks.renew([lease], now=now)
                assert bool(lost) == (lease.fence < newest)
                if not lost:
                    held.append(replace(lease, until=now + LEASE))
            elif step == "release":
                office.looks.release([lease])
                dead.append(lease)
            else:
                dead.append(lease)  # its holder is gone without a word
    everything = office.looks.claim(9, now=now + LEASE, hosts=[host])
    assert {lease.stream for lease in everything} == set(streams)
