"""What every SubscriptionStore must do: one suite over the twin, SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagwake.core.errors import UsageRefused
from tagwake.core.event import EventType
from tagwake.core.image_glob import ImageGlob
from tagwake.core.reference import Stream
from tagwake.core.secret import Secret
from tagwake.core.subscription import Subscription
from tagwake.ports.lease import LEASE
from tagwake.ports.subscription_store import (
    ANSWER_KEPT,
    Attempt,
    DeadLetter,
    DeliveryLease,
    Progress,
    SubscriptionHealth,
    SubscriptionStore,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
ONE, TWO, THREE = (Stream("r.example", "team/app", tag) for tag in "123")
CHAT = Subscription("chat", "https://chat.example/hook/t0ken")
SECRETS = (Secret("whsec_new"), Secret("whsec_old"))


def attempt(lease: DeliveryLease, cursor: int, *, at: datetime = NOW, reason: str = "") -> Attempt:
    """A request to a subscriber."""
    return Attempt(
        lease.subscription,
        lease.stream,
        cursor,
        1,
        at,
        timedelta(milliseconds=12),
        503 if reason else 204,
        reason,
        b"!",
    )


def done(lease: DeliveryLease, told: int | None = None) -> Progress:
    """All of a lease was told, or all up to an event."""
    return Progress(lease, lease.until if told is None else told, None)


class SubscriptionStoreContract:
    """Subclasses give the fixture ``store``."""

    def behind(self, store: SubscriptionStore, *streams: Stream, name: str = "chat") -> None:
        """A subscription at 0 whose tags have each an event, from 1 on."""
        store.add(replace(CHAT, name=name), SECRETS, after=0, now=NOW)
        cursors = {stream: cursor for cursor, stream in enumerate(streams, 1)}
        assert store.assign(name, 0, len(streams), cursors, now=NOW)

    def claim(
        self, store: SubscriptionStore, now: datetime = NOW, **wanted: int
    ) -> tuple[DeliveryLease, ...]:
        """Claim for these, or for the usual one."""
        return store.claim(wanted or {"chat": 9}, now=now)

    def test_a_subscription_comes_back_whole(self, store: SubscriptionStore) -> None:
        """And its secrets apart from it."""
        full = Subscription(
            "all",
            "https://a.example/",
            frozenset({EventType.MOVED, EventType.DELETED}),
            (ImageGlob("ghcr.io/*"), ImageGlob("debian")),
            (ImageGlob("*:nightly"),),
        )
        store.add(CHAT, SECRETS, after=7, now=NOW)
        store.add(full, (), after=0, now=NOW)
        assert store.subscriptions() == (full, CHAT)
        assert store.secrets("chat") == SECRETS
        assert store.secrets("all") == store.secrets("unknown") == ()
        assert store.assigned() == {"all": 0, "chat": 7}
        assert store.health()[1] == SubscriptionHealth("chat", NOW, 7)

    def test_a_name_is_taken_once(self, store: SubscriptionStore) -> None:
        """The first stays as it is."""
        store.add(CHAT, SECRETS, after=7, now=NOW)
        with pytest.raises(UsageRefused, match="subscription chat: there is one of this name"):
            store.add(replace(CHAT, url="https://other.example"), (), after=0, now=NOW)
        assert store.subscriptions() == (CHAT,)

    def test_a_subscription_is_changed(self, store: SubscriptionStore) -> None:
        """Where it is told, of what, and what signs."""
        store.add(CHAT, SECRETS, after=0, now=NOW)
        other = replace(CHAT, url="https://other.example", types=frozenset({EventType.MOVED}))
        assert store.change(other)
        assert store.set_secrets("chat", SECRETS[:1])
        assert store.subscriptions() == (other,)
        assert store.secrets("chat") == SECRETS[:1]
        assert not store.change(replace(CHAT, name="unknown"))
        assert not store.set_secrets("unknown", SECRETS)

    def test_a_subscription_that_is_removed_is_gone(self, store: SubscriptionStore) -> None:
        """With all that was kept of it; another of its name begins anew."""
        self.behind(store, ONE, TWO)
        lease, other = self.claim(store)
        letter = DeadLetter("chat", lease.stream, lease.until, "no", 9, NOW)
        tried = (attempt(lease, lease.until, reason="no"),)
        store.settle([replace(done(lease), dead=(letter,), tried=tried)], now=NOW)
        assert store.remove("chat")
        assert not store.remove("chat")
        assert store.settle([done(other)], now=NOW) == (other,)
        assert (store.subscriptions(), store.assigned(), store.health()) == ((), {}, ())
        store.add(CHAT, SECRETS, after=0, now=NOW)
        assert (self.claim(store), store.dead_letters(9), store.attempts("chat", 9)) == ((), (), ())

    def test_the_feed_is_taken_up_by_one(self, store: SubscriptionStore) -> None:
        """Whoever is slower takes up nothing."""
        store.add(CHAT, SECRETS, after=3, now=NOW)
        assert not store.assign("chat", 2, 9, {ONE: 9}, now=NOW)
        assert not store.assign("unknown", 0, 9, {ONE: 9}, now=NOW)
        assert store.assign("chat", 3, 9, {ONE: 5, TWO: 9}, now=NOW)
        assert not store.assign("chat", 3, 9, {THREE: 9}, now=NOW)
        assert store.assign("chat", 9, 12, {}, now=NOW)
        assert store.assigned() == {"chat": 12}
        leases = {lease.stream: lease for lease in self.claim(store)}
        assert set(leases) == {ONE, TWO}
        one = leases[ONE]
        assert one == DeliveryLease("chat", ONE, one.fence, NOW + LEASE, 3, 5)

    def test_what_is_behind_is_claimed_once(self, store: SubscriptionStore) -> None:
        """Until the lease runs out; then whoever held it is fenced."""
        self.behind(store, ONE)
        (old,) = self.claim(store)
        assert self.claim(store, NOW + LEASE - SECOND) == ()
        (new,) = self.claim(store, NOW + LEASE)
        assert new.fence > old.fence
        progress = Progress(old, 1, None, tried=(attempt(old, 1),))
        assert store.settle([progress, progress], now=NOW + LEASE) == (old, old)
        assert store.attempts("chat", 9) == ()
        assert store.renew([old, new], now=NOW + LEASE) == (old,)
        assert store.settle([done(new)], now=NOW + LEASE) == ()
        assert store.settle([done(new)], now=NOW + LEASE) == (new,)
        assert self.claim(store, NOW + HOUR) == ()

    def test_a_renewed_lease_holds(self, store: SubscriptionStore) -> None:
        """For ten more seconds."""
        self.behind(store, ONE)
        leases = self.claim(store)
        assert store.renew(leases, now=NOW + 3 * SECOND) == ()
        assert self.claim(store, NOW + LEASE) == ()
        assert len(self.claim(store, NOW + LEASE + 3 * SECOND)) == 1

    def test_a_tag_that_was_told_rests_until_the_feed_grows(self, store: SubscriptionStore) -> None:
        """Then it goes on after what was told."""
        self.behind(store, ONE)
        store.settle([done(lease) for lease in self.claim(store)], now=NOW)
        assert self.claim(store, NOW + HOUR) == ()
        assert store.assign("chat", 1, 5, {ONE: 4}, now=NOW + HOUR)
        (lease,) = self.claim(store, NOW + HOUR)
        assert (lease.told, lease.until) == (1, 4)

    def test_the_feed_grows_while_a_tag_is_told(self, store: SubscriptionStore) -> None:
        """What is new is due at once after it."""
        self.behind(store, ONE)
        (lease,) = self.claim(store)
        assert store.assign("chat", 1, 5, {ONE: 5}, now=NOW)
        assert self.claim(store) == ()
        store.settle([done(lease)], now=NOW)
        (more,) = self.claim(store)
        assert (more.told, more.until) == (1, 5)

    def test_a_refused_event_of_one_tag_delays_no_other(self, store: SubscriptionStore) -> None:
        """It is due when the schedule says."""
        self.behind(store, ONE, TWO)
        leases = {lease.stream: lease for lease in self.claim(store)}
        failed = Progress(leases[ONE], 0, NOW + HOUR, 1, NOW, (attempt(leases[ONE], 1, reason="503"),))
        store.settle([failed, done(leases[TWO])], now=NOW)
        assert store.assign("chat", 2, 4, {ONE: 3, TWO: 4}, now=NOW)
        assert [lease.stream for lease in self.claim(store, NOW + HOUR - SECOND)] == [TWO]
        (again,) = (lease for lease in self.claim(store, NOW + HOUR) if lease.stream == ONE)
        assert (again.told, again.until, again.attempts, again.failing_since) == (0, 3, 1, NOW)

    def test_a_claim_takes_no_more_than_is_wanted(self, store: SubscriptionStore) -> None:
        """Of each subscription, those first that are due longest."""
        self.behind(store, ONE, TWO, THREE)
        self.behind(store, ONE, TWO, THREE, name="other")
        (first,) = self.claim(store, chat=1, unknown=3, other=0)
        store.settle([Progress(first, 0, NOW + SECOND)], now=NOW)
        claimed = self.claim(store, NOW + SECOND, chat=2, other=1)
        names = [lease.subscription for lease in claimed]
        assert (names.count("chat"), names.count("other")) == (2, 1)
        assert first.stream not in {lease.stream for lease in claimed if lease.subscription == "chat"}

    def test_a_subscriber_that_asked_for_rest_has_it(self, store: SubscriptionStore) -> None:
        """As long as the longest that it asked for, or until somebody says otherwise."""
        self.behind(store, ONE)
        self.behind(store, ONE, name="other")
        store.rest("chat", NOW + HOUR)
        store.rest("chat", NOW + HOUR / 2)
        store.rest("unknown", NOW + HOUR)
        assert [each.subscription for each in self.claim(store, NOW, chat=9, other=9)] == ["other"]
        assert store.health()[0].resting_until == NOW + HOUR
        assert store.resume("chat", now=NOW)
        assert len(self.claim(store)) == 1

    def test_a_stopped_subscription_says_why(self, store: SubscriptionStore) -> None:
        """And goes on where it stopped, what waited for another attempt included."""
        self.behind(store, ONE)
        (lease,) = self.claim(store)
        store.settle([Progress(lease, 0, NOW + 9 * HOUR, 3, NOW)], now=NOW)
        assert store.stop("chat", "410 Gone", now=NOW)
        assert not store.stop("unknown", "?", now=NOW)
        (health,) = store.health()
        assert (health.stopped_at, health.stopped_because) == (NOW, "410 Gone")
        assert store.assigned() == {}
        assert self.claim(store, NOW + 9 * HOUR) == ()
        assert store.resume("chat", now=NOW + HOUR)
        assert not store.resume("unknown", now=NOW)
        (again,) = self.claim(store, NOW + HOUR)
        assert (again.told, again.attempts) == (0, 3)
        assert store.health()[0].stopped_at is None

    def test_a_replay_begins_again(self, store: SubscriptionStore) -> None:
        """From the cursor, tag by tag; what lies before it is not told again."""
        self.behind(store, ONE, TWO, THREE)
        store.settle([done(lease) for lease in self.claim(store)], now=NOW)
        assert store.replay("chat", 1, now=NOW)
        assert not store.replay("unknown", 1, now=NOW)
        assert store.assigned() == {"chat": 1}
        assert self.claim(store) == ()
        assert store.assign("chat", 1, 3, {TWO: 2, THREE: 3}, now=NOW)
        leases = {lease.stream: (lease.told, lease.until) for lease in self.claim(store)}
        assert leases == {TWO: (1, 2), THREE: (1, 3)}

    def test_a_replay_wins_over_what_is_under_way(self, store: SubscriptionStore) -> None:
        """A place that was set back is not moved on by one who claimed before."""
        self.behind(store, ONE)
        store.settle([done(lease) for lease in self.claim(store)], now=NOW)
        store.assign("chat", 1, 5, {ONE: 5}, now=NOW)
        (lease,) = self.claim(store)
        store.replay("chat", 0, now=NOW)
        assert store.settle([done(lease)], now=NOW) == ()
        (again,) = self.claim(store)
        assert (again.told, again.until) == (0, 5)

    def test_a_replay_ends_a_wait(self, store: SubscriptionStore) -> None:
        """What had failed is tried anew, from the first attempt."""
        self.behind(store, ONE)
        store.settle([done(lease) for lease in self.claim(store)], now=NOW)
        store.assign("chat", 1, 5, {ONE: 5}, now=NOW)
        store.settle([Progress(lease, 1, NOW + 9 * HOUR, 4, NOW) for lease in self.claim(store)], now=NOW)
        store.replay("chat", 0, now=NOW + SECOND)
        (lease,) = self.claim(store, NOW + SECOND)
        assert (lease.told, lease.attempts, lease.failing_since) == (0, 0, None)

    def test_what_is_given_up_is_listed(self, store: SubscriptionStore) -> None:
        """Newest first, page by page; the tag goes on."""
        self.behind(store, ONE, TWO)
        leases = self.claim(store)
        letters = [
            DeadLetter("chat", lease.stream, lease.until, "503 Service Unavailable", 10, NOW)
            for lease in leases
        ]
        store.settle(
            [replace(done(lease), dead=(letter,)) for lease, letter in zip(leases, letters, strict=True)],
            now=NOW,
        )
        letters.sort(key=lambda letter: -letter.cursor)
        assert store.dead_letters(9) == store.dead_letters(9, name="chat") == tuple(letters)
        assert store.dead_letters(1) == (letters[0],)
        assert store.dead_letters(9, before=2) == (letters[1],)
        assert store.dead_letters(9, name="other") == ()
        assert store.health()[0].dead == 2
        assert self.claim(store, NOW + HOUR) == ()

    def test_a_dead_letter_is_tried_again_alone(self, store: SubscriptionStore) -> None:
        """It stands in nobody's way, and dies again or is gone."""
        self.behind(store, ONE)
        (lease,) = self.claim(store)
        letter = DeadLetter("chat", ONE, 1, "no", 10, NOW)
        store.settle([replace(done(lease), dead=(letter,))], now=NOW)
        store.assign("chat", 1, 5, {ONE: 5}, now=NOW)
        assert store.revive("chat", [1, 5], now=NOW) == 1
        assert store.revive("chat", [1], now=NOW) == store.revive("unknown", [1], now=NOW) == 0
        assert store.dead_letters(9) == ()
        leases = {each.only: each for each in self.claim(store)}
        assert {only: (each.told, each.until) for only, each in leases.items()} == {None: (1, 5), 1: (0, 1)}
        assert store.settle([done(leases[None])], now=NOW) == ()
        again = replace(letter, reason="still no", attempts=11)
        store.settle([replace(done(leases[1]), dead=(again,))], now=NOW)
        assert store.dead_letters(9) == (again,)
        assert store.revive("chat", [1], now=NOW) == 1
        (revived,) = self.claim(store)
        assert (revived.only, revived.attempts) == (1, 0)
        store.settle([Progress(revived, 0, NOW + HOUR, 1, NOW)], now=NOW)
        (later,) = self.claim(store, NOW + HOUR)
        assert (later.only, later.attempts) == (1, 1)
        store.settle([done(later)], now=NOW + HOUR)
        assert store.dead_letters(9) == ()

    def test_requests_are_kept(self, store: SubscriptionStore) -> None:
        """With status, duration and the beginning of the answer; newest first, until they are dropped."""
        self.behind(store, ONE, TWO)
        leases = {lease.stream: lease for lease in self.claim(store)}
        first = attempt(leases[ONE], 1, at=NOW, reason="503 Service Unavailable")
        second = replace(attempt(leases[ONE], 1, at=NOW + SECOND), number=2)
        other = replace(
            attempt(leases[TWO], 2, at=NOW + 2 * SECOND), answer=b"a" * (ANSWER_KEPT + 1), status=None
        )
        store.settle([replace(done(leases[ONE]), tried=(first, second))], now=NOW)
        store.settle([replace(done(leases[TWO]), tried=(other,))], now=NOW)
        cut = replace(other, answer=b"a" * ANSWER_KEPT)
        assert store.attempts("chat", 9) == (cut, second, first)
        assert store.attempts("chat", 1) == (cut,)
        assert store.attempts("chat", 9, cursor=1) == (second, first)
        assert store.attempts("chat", 9, before=NOW + SECOND) == (first,)
        assert store.attempts("unknown", 9) == ()
        assert store.forget_attempts(NOW + SECOND) == 1
        assert store.attempts("chat", 9) == (cut, second)

    def test_how_a_subscription_fares(self, store: SubscriptionStore) -> None:
        """What is behind, since when, and what it answered last."""
        self.behind(store, ONE, TWO, THREE)
        leases = {lease.stream: lease for lease in self.claim(store)}
        bad = attempt(leases[ONE], 1, at=NOW + SECOND, reason="503")
        good = attempt(leases[TWO], 2, at=NOW + 2 * SECOND)
        store.settle(
            [
                Progress(leases[ONE], 0, NOW + HOUR, 1, NOW, (bad,)),
                replace(done(leases[TWO]), tried=(good,)),
            ],
            now=NOW,
        )
        expected = SubscriptionHealth(
            "chat",
            NOW,
            3,
            behind=2,
            failing=1,
            oldest=NOW,
            last_success_at=NOW + 2 * SECOND,
            last_failure_at=NOW + SECOND,
            last_failure="503",
        )
        assert store.health() == (expected,)
        late = attempt(leases[THREE], 3, at=NOW, reason="time-out")
        store.settle([replace(done(leases[THREE]), tried=(late,))], now=NOW)
        (health,) = store.health()
        assert (health.last_failure, health.last_success_at) == ("503", NOW + 2 * SECOND)

    def test_whatever_happens_each_tag_is_told_in_order_and_to_its_end(
        self, store: SubscriptionStore
    ) -> None:
        """Claims that are lost, settled late, or set back: no event is passed over, and nothing stays behind."""

        @settings(max_examples=25, deadline=None)
        @given(
            st.lists(
                st.tuples(
                    st.sampled_from(["grow", "claim", "settle", "die", "wait", "replay"]), st.integers(0, 5)
                ),
                max_size=40,
            )
        )
        def holds(steps: list[tuple[str, int]]) -> None:
            store.remove("chat")
            store.add(CHAT, SECRETS, after=0, now=NOW)
            _tell(store, steps)

        holds()


def _tell(store: SubscriptionStore, steps: list[tuple[str, int]]) -> None:
    streams = [ONE, TWO, THREE]
    now, newest, held = NOW, 0, list[DeliveryLease]()
    log: dict[Stream, list[int]] = {stream: [] for stream in streams}
    told: dict[Stream, int] = dict.fromkeys(streams, 0)

    def settle(lease: DeliveryLease) -> None:
        if not store.settle([done(lease)], now=now):
            passed = range(told[lease.stream] + 1, lease.told + 1)
            assert not [cursor for cursor in log[lease.stream] if cursor in passed]
            told[lease.stream] = max(lease.until, told[lease.stream])

    for step, number in steps:
        if step == "grow":
            newest += 1
            log[streams[number % 3]].append(newest)
        elif step == "wait":
            now += number * 2 * SECOND
        elif step == "replay":
            after = min(number, newest)
            store.replay("chat", after, now=now)
            told = {stream: min(cursor, after) for stream, cursor in told.items()}
            _take_up(store, log, now)
        elif step == "claim":
            _take_up(store, log, now)
            claimed = store.claim({"chat": number}, now=now)
            live = {lease.stream for lease in held if lease.lease_until > now}
            assert not {lease.stream for lease in claimed} & live
            held += claimed
        elif held:
            lease = held.pop(number % len(held))
            if step == "settle":
                settle(lease)
    _take_up(store, log, now)
    now += LEASE
    while claimed := store.claim({"chat": 9}, now=now):
        for lease in claimed:
            settle(lease)
    assert all(not cursors or told[stream] >= cursors[-1] for stream, cursors in log.items())


def _take_up(store: SubscriptionStore, log: dict[Stream, list[int]], now: datetime) -> None:
    after = store.assigned()["chat"]
    behind = {stream: cursors[-1] for stream, cursors in log.items() if cursors and cursors[-1] > after}
    newest = max(behind.values(), default=after)
    assert store.assign("chat", after, newest, behind, now=now)
