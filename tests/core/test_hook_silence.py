from datetime import UTC, datetime, timedelta

import pytest

from tagwake.core.hook_silence import SeenMove, missed_moves

LAST = datetime(2026, 1, 1, tzinfo=UTC)


def move(minutes: int, how: str = "poll", registry: str = "hub.example") -> SeenMove:
    return SeenMove(registry, LAST + timedelta(minutes=minutes), how)


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ([], 0),
        ([move(1), move(2)], 2),
        ([move(-1), move(0)], 0),
        ([move(1, "hook:harbor"), move(1, "import:csv"), move(1, "manual")], 0),
        ([move(1, registry="other.example")], 0),
    ],
)
def test_what_polling_found_at_its_registry_since_its_last_word(moves: list[SeenMove], expected: int) -> None:
    assert missed_moves("harbor", "hub.example", LAST, moves) == expected


def test_without_a_registry_it_is_where_hooks_of_its_kind_have_been_heard() -> None:
    heard = move(-5, "hook:harbor")
    assert missed_moves("harbor", None, LAST, [heard, move(1), move(1, registry="other.example")]) == 1
    assert missed_moves("zot", None, LAST, [heard, move(1)]) == 0


def test_a_source_that_was_never_heard_is_not_silent() -> None:
    assert missed_moves("harbor", "hub.example", None, [move(1)]) == 0
