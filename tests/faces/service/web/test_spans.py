"""How much time a picture shows."""

from datetime import timedelta

import pytest
from tests.faces.service.stage import START, A, B, seen

from tagwake.core.history import moves_of
from tagwake.faces.service.question import BadQuestion
from tagwake.faces.service.web.spans import ALL, SPANS, choose

IMAGE = "registry.example/team/app:1"
NOW = START + timedelta(days=400)


def moves(*days):
    sightings = [seen(IMAGE, day * 86_400_000, (A, B)[place % 2]) for place, day in enumerate(days)]
    return moves_of(sightings)[::-1]


@pytest.mark.parametrize("name", SPANS)
def test_what_is_asked_for_is_shown(name):
    span = choose(name, [moves(0, 1)], NOW)
    assert (span.name, span.axis.start, span.axis.end) == (name, NOW - SPANS[name][1], NOW)


def test_all_begins_with_the_oldest_move():
    assert choose(ALL, [moves(3, 9), moves(1, 7), ()], NOW).axis.start == START + timedelta(days=1)
    assert choose(ALL, [], NOW).axis.start == NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("days", "chosen"),
    [
        (range(393, 401), "7d"),
        ((*range(100), *range(393, 400)), "1y"),
        (range(375, 400, 2), "30d"),
        ((0, 10), ALL),
        ((100, 399), "1y"),
        ((), "7d"),
    ],
)
def test_the_shortest_span_that_shows_enough(days, chosen):
    assert choose(None, [moves(*days)], NOW).name == chosen


def test_another_span_is_refused():
    with pytest.raises(BadQuestion, match="span is one of 7d, 30d, 90d, 1y or all"):
        choose("2w", [], NOW)
