from datetime import UTC, datetime

from tagwake.core.claim import Claim, newer
from tagwake.core.digest import Digest
from tagwake.core.hint import Hint

A, B = Digest("sha256", "a" * 64), Digest("sha256", "b" * 64)
EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)


def hint(tag: str | None) -> Hint:
    return Hint("r.example", "a", tag, "zot", "main", "1", EARLY, A)


def test_a_claim_is_what_the_hint_says() -> None:
    assert Claim.of(hint("1")) == Claim("hook:zot", EARLY, A)


def test_of_a_whole_repository_no_digest_is_claimed() -> None:
    assert Claim.of(hint(None)) == Claim("hook:zot", EARLY, None)


def test_its_time_is_that_of_what_it_speaks_of_only() -> None:
    pushed = Claim("hook:zot", EARLY, A)
    assert pushed.time_for(A) == EARLY
    assert pushed.time_for(B) is None
    assert pushed.time_for(None) is None
    assert Claim("hook:quay", EARLY).time_for(B) == EARLY
    deleted = Claim("hook:zot", EARLY, deleted=True)
    assert deleted.time_for(None) == EARLY
    assert deleted.time_for(A) is None


def test_the_later_moment_stands_in_whatever_order_claims_come() -> None:
    first, second = Claim("hook:zot", EARLY, A), Claim("hook:zot", LATE, B)
    assert newer(first, second) == newer(second, first) == second


def test_without_times_the_last_word_stands() -> None:
    timed, untimed = Claim("hook:zot", LATE, A), Claim("hook:quay")
    assert newer(timed, untimed) == untimed
    assert newer(untimed, timed) == timed
    assert newer(None, untimed) == untimed
