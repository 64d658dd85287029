"""The chain of events, counted by hand."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tagwake.core.digest import Digest
from tagwake.core.event import Event, EventType
from tagwake.core.event_chain import START, chained, first_broken
from tagwake.core.reference import Stream

SEEN = datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=UTC)
EVENT = Event(
    cursor=7,
    type=EventType.MOVED,
    stream=Stream("registry.example", "team/app", "1"),
    digest=Digest("sha256", "b" * 64),
    previous=Digest("sha256", "a" * 64),
    seen_at=SEEN,
    not_before=SEEN - timedelta(minutes=1),
    claimed_at=None,
    how="poll",
    rollback=False,
    immutable=True,
    recorded_at=SEEN,
    chain="",
)


def chain_of(*events: Event) -> list[Event]:
    made: list[Event] = []
    for event in events:
        made.append(replace(event, chain=chained(made[-1].chain if made else START, event)))
    return made


def test_the_text_that_is_hashed_can_be_written_by_hand() -> None:
    text = "\n".join(
        [
            "0" * 64,
            "7",
            "tag.moved",
            "registry.example/team/app:1",
            "sha256:" + "b" * 64,
            "sha256:" + "a" * 64,
            "2026-01-02T03:04:05.678Z",
            "2026-01-02T03:03:05.678Z",
            "",
            "poll",
            "false",
            "true",
            "2026-01-02T03:04:05.678Z",
            "",
        ]
    )
    assert chained(START, EVENT) == hashlib.sha256(text.encode()).hexdigest()


def test_events_in_order_hold() -> None:
    assert first_broken(chain_of(EVENT, replace(EVENT, cursor=9), replace(EVENT, cursor=12))) is None
    assert first_broken([]) is None


def test_one_that_was_changed_taken_out_or_put_in_breaks_the_chain() -> None:
    first, second, third = chain_of(EVENT, replace(EVENT, cursor=9), replace(EVENT, cursor=12))
    assert first_broken([first, replace(second, rollback=True), third]) == replace(second, rollback=True)
    assert first_broken([first, third]) == third
    assert first_broken([second, third]) == second
    assert first_broken([first, second, second, third]) == second
