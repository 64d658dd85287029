"""What every ListQueue must do: one suite over the twin, SQLite and PostgreSQL."""

import pytest

from tagwake.core.watch_pattern import WatchPattern
from tagwake.ports.lease import LEASE, StaleLease
from tagwake.ports.list_queue import ListLease
from tagwake.testing.contracts.look_queue import HOUR, SECOND, SLOW, START, Office, follow, hint, stream


def follow_all(office: Office, text: str = "r.example/team/app:*") -> None:
    """Watch by a glob."""
    office.watches.watch([WatchPattern.parse(text)], by="test", now=START)


class ListQueueContract:
    """Subclasses give the fixture ``office``."""

    def test_only_globs_need_lists(self, office: Office) -> None:
        """A watch that names its tag knows it already."""
        follow(office, stream())
        assert office.lists.claim_lists(9, now=START) == ()
        follow_all(office)
        (lease,) = office.lists.claim_lists(9, now=START)
        assert lease == ListLease("r.example", "team/app", lease.fence, START + LEASE, START)
        assert office.lists.claim_lists(9, now=START) == ()

    def test_listed_tags_that_fit_are_taken_up(self, office: Office) -> None:
        """Each is due now; those that are known already are not new."""
        follow(office, stream("1.0"))
        follow_all(office, "r.example/team/app:1.*")
        (lease,) = office.lists.claim_lists(9, now=START)
        names = ["1.1", "2.0", "1.0", "1.2", f"sha256-{'0' * 64}"]
        found = office.lists.record_list(lease, names, now=START, next_due=START + HOUR)
        assert found == (stream("1.1"), stream("1.2"))
        assert {each.stream.tag for each in office.looks.claim(9, now=START)} == {"1.0", "1.1", "1.2"}
        assert office.lists.claim_lists(9, now=START + HOUR - SECOND) == ()
        (again,) = office.lists.claim_lists(9, now=START + HOUR)
        assert again.due_at == START + HOUR
        assert office.lists.record_list(again, names, now=START + HOUR, next_due=START + 2 * HOUR) == ()

    def test_a_list_that_was_not_told(self, office: Office) -> None:
        """Takes up nothing and drops nothing."""
        follow_all(office)
        (lease,) = office.lists.claim_lists(9, now=START)
        assert office.lists.record_list(lease, None, now=START, next_due=START + HOUR) == ()
        assert len(office.lists.claim_lists(9, now=START + HOUR)) == 1

    def test_whoever_lets_a_lease_run_out_is_fenced(self, office: Office) -> None:
        """Nothing of what it brings is taken up."""
        follow_all(office)
        (old,) = office.lists.claim_lists(9, now=START)
        (new,) = office.lists.claim_lists(9, now=START + LEASE)
        with pytest.raises(StaleLease, match=r"r\.example/team/app: another process"):
            office.lists.record_list(old, ["1"], now=START + LEASE, next_due=START + HOUR)
        assert not office.watches.is_watched(stream())
        assert office.lists.renew_lists([old, new], now=START + LEASE) == (old,)
        assert office.lists.record_list(new, ["1"], now=START + LEASE, next_due=START + HOUR) == (stream(),)

    def test_a_renewed_lease_holds(self, office: Office) -> None:
        """For ten more seconds."""
        follow_all(office)
        leases = office.lists.claim_lists(9, now=START)
        assert office.lists.renew_lists(leases, now=START + 3 * SECOND) == ()
        assert office.lists.claim_lists(9, now=START + LEASE) == ()
        assert len(office.lists.claim_lists(9, now=START + LEASE + 3 * SECOND)) == 1

    def test_a_hint_while_a_list_is_under_way(self, office: Office) -> None:
        """Makes it due again: the list may have come too early."""
        follow_all(office)
        (lease,) = office.lists.claim_lists(9, now=START)
        office.looks.hint([hint(stream(), tag=None)], now=START + SECOND)
        office.lists.record_list(lease, [], now=START + SECOND, next_due=START + HOUR)
        assert len(office.lists.claim_lists(9, now=START + 2 * SECOND)) == 1

    def test_lists_use_the_budget_of_their_host(self, office: Office) -> None:
        """Together with looks; a paused host is not asked."""
        for number in range(5):
            follow_all(office, f"{SLOW}/team/{number}:*")
        follow_all(office)
        assert len(office.lists.claim_lists(9, now=START)) == 4
        assert office.looks.take_budget(SLOW, 1, now=START) == 0
        office.looks.pause_host(SLOW, START + HOUR)
        assert office.lists.claim_lists(9, now=START + HOUR - SECOND) != ()
        assert {lease.registry for lease in office.lists.claim_lists(9, now=START + HOUR)} == {SLOW}

    def test_what_is_not_watched_any_more_is_not_listed(self, office: Office) -> None:
        """Not even by one who holds it."""
        follow_all(office)
        (lease,) = office.lists.claim_lists(9, now=START)
        office.watches.unwatch(WatchPattern.parse("r.example/team/app:*"))
        with pytest.raises(StaleLease):
            office.lists.record_list(lease, ["1"], now=START, next_due=START)
        assert office.lists.claim_lists(9, now=START + HOUR) == ()
