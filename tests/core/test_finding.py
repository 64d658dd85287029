from datetime import UTC, datetime, timedelta

import pytest

from tagwake.core.absence import APART
from tagwake.core.claim import Claim
from tagwake.core.digest import Digest
from tagwake.core.finding import Finding, LookState, finding_of
from tagwake.core.history import Gap
from tagwake.core.look import Absent, Look, Seen, Unchanged, Unknown
from tagwake.core.reference import Stream
from tagwake.core.resolution import Failure
from tagwake.core.sighting import Sighting

STREAM = Stream("r.example", "a", "1")
A, B = Digest("sha256", "a" * 64), Digest("sha256", "b" * 64)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEXT = NOW + HOUR
KNOWN = LookState(A, '"a"', NOW - HOUR, NOW)


def find(look: Look, state: LookState = KNOWN, claim: Claim | None = None) -> Finding:
    return finding_of(STREAM, look, state, claim, now=NOW, next_due=NEXT)


def test_what_is_seen_is_a_sighting() -> None:
    found = find(Seen(B, "x/y", 7, '"b"'))
    assert found == Finding(
        Sighting(STREAM, NOW, B, "poll", None, "x/y", 7), None, LookState(B, '"b"', NOW, NEXT), NEXT
    )


def test_unchanged_is_what_the_entity_tag_belongs_to() -> None:
    found = find(Unchanged())
    assert found.sighting == Sighting(STREAM, NOW, A, "poll")
    assert found.state == LookState(A, '"a"', NOW, NEXT)


def test_unchanged_of_what_was_never_seen_tells_nothing() -> None:
    assert find(Unchanged(), LookState()) == Finding(None, None, LookState(failures=1), NEXT)


def test_a_failure_tells_nothing_and_forgets_nothing() -> None:
    found = find(Unknown(Failure.SERVER, "503"))
    assert found == Finding(None, None, LookState(A, '"a"', NOW - HOUR, NOW, failures=1), NEXT)


def test_what_answers_a_hint_carries_how_and_when() -> None:
    claim = Claim("hook:zot", NOW - HOUR, B)
    seen = find(Seen(B, "x/y"), claim=claim).sighting
    other = find(Seen(A, "x/y"), claim=claim).sighting
    assert seen is not None
    assert (seen.how, seen.claimed_at) == ("hook:zot", NOW - HOUR)
    assert other is not None
    assert (other.how, other.claimed_at) == ("hook:zot", None)


def test_a_first_404_is_looked_at_again_a_minute_later() -> None:
    found = find(Absent())
    assert found == Finding(None, None, LookState(A, None, NOW - HOUR, NOW, NOW), NOW + APART)


def test_a_second_404_apart_in_time_is_a_sighting_of_absence() -> None:
    first = NOW - APART
    found = find(Absent(), LookState(A, None, NOW - HOUR, NOW, first))
    assert found == Finding(
        Sighting(STREAM, NOW, None, "poll"), None, LookState(None, None, NOW, NEXT, first), NEXT
    )


def test_a_second_404_too_soon_waits_for_the_minute() -> None:
    first = NOW - APART / 2
    found = find(Absent(), LookState(A, None, NOW - HOUR, NOW, first))
    assert found.sighting is None
    assert found.next_due == first + APART


def test_a_delete_hint_is_confirmed_by_one_404() -> None:
    claim = Claim("hook:zot", NOW - HOUR, deleted=True)
    found = find(Absent(), claim=claim)
    assert found.sighting == Sighting(STREAM, NOW, None, "hook:zot", NOW - HOUR)


@pytest.mark.parametrize("ago", [timedelta(seconds=5), HOUR])
def test_what_is_known_to_be_absent_needs_no_second_look(ago: timedelta) -> None:
    found = find(Absent(), LookState(None, None, NOW - ago, NOW, NOW - ago))
    assert found.sighting == Sighting(STREAM, NOW, None, "poll")


def test_a_tag_that_comes_back_is_seen() -> None:
    found = find(Seen(A, "x/y"), LookState(None, None, NOW - HOUR, NOW, NOW - HOUR))
    assert found.state == LookState(A, None, NOW, NEXT, None)


def test_a_late_look_leaves_a_gap() -> None:
    found = find(Seen(A, "x/y"), LookState(A, None, NOW - 9 * HOUR, NOW - 8 * HOUR))
    assert found.gap == Gap(NOW - 9 * HOUR, NOW)
