"""Checks a recorded history against what a registry's log says, by nothing of the program that recorded it."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(milliseconds=1)
"""Times are kept in milliseconds: they are cut, and never rounded up. All here are such, since 1970."""
AT_ONCE = 64
"""Looks that one process has under way at most."""


class Run(NamedTuple):
    """A move: seen at `seen`, and the state before it was last seen at `before`."""

    digest: str | None
    before: int | None
    seen: int


def runs_of(told: Sequence[Mapping[str, Any]]) -> list[Run]:
    """Moves as the API tells them, oldest first; they must follow one another."""
    runs = [
        Run(move["digest"], milliseconds(move["not_before"]), milliseconds(move["seen_at"]) or 0)
        for move in reversed(told)
    ]
    previous = None
    for number, (move, run) in enumerate(zip(reversed(told), runs, strict=True)):
        assert move["position"] == number + 1, move
        assert move["previous"] == previous, move
        assert run.digest != previous, move
        assert (run.before is None) == (number == 0), move
        assert run.before is None or runs[number - 1].seen <= run.before <= run.seen, move
        seen_before = {each.digest for each in runs[: max(number - 1, 0)] if each.digest}
        assert move["rollback"] == (run.digest in seen_before and run.digest is not None), move
        previous = run.digest
    return runs


def milliseconds(text: str | None) -> int | None:
    """The moment."""
    return None if text is None else (datetime.fromisoformat(text) - EPOCH) // TICK


def faults_of_runs(runs: Sequence[Run], answers: Sequence[tuple[int, str | None]]) -> list[str]:
    """Moves that the registry never told: its digest within its interval, and the one before at the interval's start."""
    times = [at for at, _ in answers]
    faults = []
    for number, run in enumerate(runs):
        begin = 0 if run.before is None else bisect_left(times, run.before)
        end = bisect_left(times, run.seen + 1)
        if not any(answers[index][1] == run.digest for index in range(begin, end)):
            near = [each for each in answers if abs(each[0] - run.seen) < 1000]
            faults.append(f"{run} was not told in that time, but {near}")
        if run.before is None:
            continue
        earlier = runs[number - 1]
        start = 0 if earlier.before is None else bisect_left(times, earlier.before)
        last = bisect_left(times, run.before + 1)
        if not any(answers[index][1] == earlier.digest for index in range(start, last)):
            faults.append(f"{earlier} was not told until {run.before}")
    return faults


def unrecorded(runs: Sequence[Run], answers: Sequence[tuple[int, str | None]]) -> list[int]:
    """When the registry told a digest that the history does not have at that moment.

    That there is no such tag is left out: told once, it is no deletion yet.
    """
    begins = [run.before or 0 for run in runs]
    missing = []
    for at, digest in answers:
        # it was recorded by a look that ended then or later, and no later than the state was last seen
        fits = range(max(bisect_left(begins, at) - 1, 0), bisect_right(begins, at))
        if digest is not None and not any(runs[number].digest == digest for number in fits):
            missing.append(at)
    return missing


def unexcused(missing: Iterable[int], disasters: Sequence[tuple[int, int]]) -> list[int]:
    """Those that no disaster explains: what a process had under way when it was killed was never recorded.

    :param disasters: when, and to how many processes.
    """
    charged: Counter[int] = Counter()
    unexplained = []
    for at in sorted(missing):
        index = bisect_left(disasters, (at, 0))
        charged[index] += 1
        if index == len(disasters) or charged[index] > AT_ONCE * disasters[index][1]:
            unexplained.append(at)
    return unexplained


def out_of_order(taken: Iterable[tuple[str, int]], told: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Deliveries that are out of turn: of each tag, what was told next comes next.

    Who was killed before it had noted what it delivered leaves that to be delivered once more, in the same order: a step
    back is right, a step that leaves something out is not.

    :param told: image and cursor of every event, in the order of the feed.
    """
    turns: dict[str, list[int]] = defaultdict(list)
    for image, cursor in told:
        turns[image].append(cursor)
    places = {(image, cursor): place for image in turns for place, cursor in enumerate(turns[image])}
    last: dict[str, int] = defaultdict(lambda: -1)
    wrong = []
    for delivery in taken:
        image, place = delivery[0], places.get(delivery, -1)
        if not 0 <= place <= last[image] + 1:
            wrong.append(delivery)
        last[image] = place
    return wrong
