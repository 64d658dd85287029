from datetime import UTC, datetime, timedelta

import pytest

from tagwake.core.absence import APART, Absence, absence_after
from tagwake.core.claim import Claim
from tagwake.core.digest import Digest
from tagwake.core.look import Absent, Look, Seen, Unchanged, Unknown
from tagwake.core.resolution import Failure

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EARLIER = NOW - timedelta(seconds=30)


def test_one_404_is_no_deletion() -> None:
    assert absence_after(Absent(), None, None, NOW) == Absence(NOW, confirmed=False)


def test_two_that_are_not_apart_are_none_either() -> None:
    assert absence_after(Absent(), EARLIER, None, NOW) == Absence(EARLIER, confirmed=False)


def test_two_that_are_apart_are_one() -> None:
    assert absence_after(Absent(), NOW - APART, None, NOW) == Absence(NOW - APART, confirmed=True)


def test_one_look_confirms_a_delete_event() -> None:
    claim = Claim("hook:zot", deleted=True)
    assert absence_after(Absent(), None, claim, NOW) == Absence(NOW, confirmed=True)
    assert absence_after(Absent(), EARLIER, claim, NOW) == Absence(EARLIER, confirmed=True)


def test_a_push_event_confirms_no_absence() -> None:
    assert absence_after(Absent(), None, Claim("hook:zot"), NOW) == Absence(NOW, confirmed=False)


@pytest.mark.parametrize("look", [Seen(Digest("sha256", "0" * 64), "x/y"), Unchanged()])
def test_a_tag_that_is_seen_is_not_absent(look: Look) -> None:
    claim = Claim("hook:zot", deleted=True)
    assert absence_after(look, NOW - APART, claim, NOW) == Absence(None, confirmed=False)


@pytest.mark.parametrize("failure", [Failure.UNAUTHORIZED, Failure.RATE_LIMITED, Failure.SERVER])
def test_what_tells_nothing_changes_nothing(failure: Failure) -> None:
    claim = Claim("hook:zot", deleted=True)
    look = Unknown(failure, "no")
    assert absence_after(look, None, claim, NOW) == Absence(None, confirmed=False)
    assert absence_after(look, NOW - APART, claim, NOW) == Absence(NOW - APART, confirmed=False)
