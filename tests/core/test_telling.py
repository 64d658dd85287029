"""What is told when a history becomes another."""

from datetime import UTC, datetime, timedelta

import pytest

from tagwake.core.digest import Digest
from tagwake.core.event import EventType
from tagwake.core.event_chain import START as FIRST
from tagwake.core.event_chain import first_broken
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting
from tagwake.core.state import states_of
from tagwake.core.telling import FirstTold, event_of, tell

STREAM = Stream("registry.example", "team/app", "1")
START = datetime(2026, 1, 1, tzinfo=UTC)


def at(minutes):
    return START + timedelta(minutes=minutes)


def history(text):
    """`a0 a4 b6 -9`: digest and minute of each sighting; `-` is absence."""
    return states_of(
        Sighting(
            STREAM, at(int(word[1:])), None if word[0] == "-" else Digest("sha256", word[0] * 64), "poll"
        )
        for word in text.split()
    )


def said(old, new, first=None, *, imported=False):
    told = first and history(first)[0]
    before = history(old)[0]
    not_before = None if told is None or before.digest == told.digest else before.last_seen_at
    return [
        f"{telling.type.value.removeprefix('tag.')} {telling.move.digest.hex[0] if telling.move.digest else '-'}"
        + ("" if telling.since is None else f" since {(telling.since - START).seconds // 60}")
        for telling in tell(
            history(old),
            history(new),
            told and FirstTold(told.digest, told.seen_at, not_before),
            imported=imported,
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "first", "expected"),
    [
        ("a0", "a0 a5", "a0", []),
        ("a0", "a0 b5", "a0", ["moved b"]),
        ("a0", "a0 -5", "a0", ["deleted -"]),
        ("a0 -5", "a0 -5 a6", "a0", ["created a"]),
        ("a0 b5", "a0 a3 b5", "a0", []),
        ("a0 b5", "a0 b4 b5", "a0", []),
        ("a0 b5", "a0 c3 b5", "a0", ["corrected b since 3"]),
        ("a0 a9", "a0 b4 a9", "a0", ["corrected a since 4"]),
        ("a0 b5", "a0 b3 a4 b5", "a0", ["corrected b since 4"]),
        ("a4", "a2 a4", "a4", []),
        ("a4", "b2 a4", "a4", []),
        ("a4 b5", "b2 a4 b5", "a4", ["corrected b since 5"]),
        ("a4 b5", "a2 -3 a4 b5", "a4", ["corrected b since 4"]),
        ("c1 a4", "c1 b2 a4", "a4", ["corrected a since 4"]),
        ("c1 a4", "b0 c1 a4", "a4", []),
        ("a0 b5", "a0 c3 b5", None, []),
        ("a0 b5", "a0 a5 b5", None, []),
        ("b5", "a5 b5", None, []),
    ],
)
def test_what_a_look_tells(old, new, first, expected):
    assert said(old, new, first) == expected


def test_the_first_look_tells_what_is_there():
    assert [telling.type for telling in tell((), history("a0"), None, imported=False)] == [EventType.CREATED]
    assert tell((), history("-0"), None, imported=False) == ()


@pytest.mark.parametrize(
    ("new", "first", "expected"),
    [
        ("a0 b5 c7", None, []),
        ("a0 b5 c7 d8", "a0", ["corrected d since 7"]),
        ("a0 c3 b5 d8", "a0", ["corrected d since 3"]),
        ("a0 b4 b5", "a0", []),
    ],
)
def test_what_an_import_tells(new, first, expected):
    assert said("a0 b5", new, first, imported=True) == expected


def test_an_event_carries_the_move_and_goes_on_with_the_chain():
    made = []
    for number, telling in enumerate(tell((), history("a0 b5"), None, imported=False), 1):
        previous = made[-1].chain if made else FIRST
        made.append(event_of(STREAM, telling, number, previous, immutable=number == 2, now=at(9)))
    assert first_broken(made) is None
    assert [(event.cursor, event.seen_at, event.not_before, event.immutable) for event in made] == [
        (1, at(0), None, False),
        (2, at(5), at(0), True),
    ]
