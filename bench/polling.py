"""Replays real moves of tags against the service's own schedule of polling, at equal requests beside fixed intervals.

What is counted: moves of living tags from one digest to another, of tags that were known, which they are, for all
competitors alike, from the moment at which they appear (a list of tags tells of them, free of charge; the first look at
each is charged, and its appearance is no hint to the schedule). The delay of a move lasts until a look sees it; of one
that is never seen, until the tag's next move or deletion. Deletions are no such moves, but a look must find them
(twice, :data:`tagwake.core.absence.APART`) before a tag is dropped; so it is for the fixed interval.

The budget is one request a living tag every interval, in a bucket that holds what ``SAVED`` gives, and never more than
``SPEED`` requests a second. The schedule knows what its looks have told, and nothing else.
"""

import argparse
import csv
import lzma
import random
import statistics
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush, heapreplace
from pathlib import Path

from measure import Row, print_rows
from tagwake.core.absence import APART
from tagwake.core.poll_schedule import PollSchedule, Rhythm

DATA = Path(__file__).parents[1] / "tests" / "data" / "dotnet_tag_moves.csv.xz"
HOUR = 3600.0
INTERVALS = {"every hour": HOUR, "every six hours": 6 * HOUR, "every day": 24 * HOUR}
SAVED = 7 * 24 * HOUR
SPEED = 20.0
LIMITS = {"every six hours": (0.04, 0.14)}
AHEAD = (0.047, 0.17)
"""Of every interval that has no limit of its own: what looking at a moved tag's siblings does at six hours."""
PROMOTED = 1e10
"""The head start of a look that a moved sibling asked for, in seconds."""


@dataclass(frozen=True, slots=True)
class Change:
    """At ``at``, seconds, a tag is pointed to another digest, ``None`` where it is deleted, until ``until``."""

    at: float
    tag: int
    digest: int | None
    until: float
    is_new: bool


@dataclass(frozen=True, slots=True)
class Result:
    """The delays of all moves, in seconds, and what was asked for them."""

    delays: Sequence[float]
    requests: int

    @property
    def median(self) -> float:
        """Half of the moves are seen sooner."""
        return statistics.median(self.delays)

    @property
    def mean(self) -> float:
        """The mean delay."""
        return statistics.fmean(self.delays)


class Tag:
    """What the schedule's caller knows of one tag; the queue's row."""

    __slots__ = ("digest", "due", "looked_at", "name", "promised", "repository", "rhythm")

    def __init__(self, name: int, repository: str) -> None:
        self.name = name
        self.repository = repository
        self.digest: int | None = None
        self.looked_at = 0.0
        self.promised = 0.0
        self.due = 0.0
        self.rhythm = Rhythm()


def read(path: Path) -> tuple[list[str], list[Change]]:
    """The repository of each tag by its number, and all changes by time."""
    tags: dict[tuple[str, str], int] = {}
    digests: dict[str, int] = {}
    rows: list[tuple[float, int, int | None]] = []
    with lzma.open(path, "rt", newline="") as file:
        for seen, repository, tag, digest in list(csv.reader(file))[1:]:
            number = tags.setdefault((repository, tag), len(tags))
            at = datetime.fromisoformat(seen).timestamp()
            rows.append((at, number, digests.setdefault(digest, len(digests)) if digest else None))
    return [repository for repository, _ in tags], list(_changes(rows))


def _changes(rows: Sequence[tuple[float, int, int | None]]) -> Iterator[Change]:
    until: dict[int, float] = {}
    ends = []
    for at, tag, _ in reversed(rows):
        ends.append(until.get(tag, rows[-1][0]))
        until[tag] = at
    current: dict[int, int | None] = {}
    for (at, tag, digest), end in zip(rows, reversed(ends), strict=True):
        before = current.get(tag)
        if digest != before:
            yield Change(at, tag, digest, end, before is None)
        current[tag] = digest


def fixed(changes: Sequence[Change], interval: float) -> Result:
    """Every tag at its own fixed beat, until it is found deleted."""
    chance = random.Random(1).random
    beats: dict[int, float] = {}
    born: dict[int, float] = {}
    delays = []
    requests = 0.0
    for change in changes:
        wait = (beats.setdefault(change.tag, chance() * interval) - change.at) % interval
        if change.digest is None:
            requests += (change.at + wait - born.pop(change.tag)) // interval + 2
        elif change.is_new:
            born[change.tag] = change.at
        else:
            delays.append(min(wait, change.until - change.at))
    requests += sum((changes[-1].at - at) / interval for at in born.values())
    return Result(delays, round(requests))


def oracle(changes: Sequence[Change], interval: float) -> Result:
    """Looks at what has moved, and at nothing else, within the same budget."""
    delays: list[float] = []
    waiting: deque[Change] = deque()
    tokens, now, living, requests = 0.0, changes[0].at, 0, 0
    for change in changes:
        while waiting:
            start = now + max(1 / SPEED, (1 - tokens) * interval / max(living, 1))
            if start > change.at:
                break
            tokens, now = tokens + (start - now) * living / interval - 1, start
            requests += 1
            moved = waiting.popleft()
            delays.append(min(now, moved.until) - moved.at)
        tokens = min(living * SAVED / interval, tokens + max(change.at - now, 0) * living / interval)
        now = max(now, change.at)
        living += (change.digest is not None and change.is_new) - (change.digest is None)
        if change.digest is not None and not change.is_new:
            waiting.append(change)
    return Result(delays, requests)


class Replay:
    """The schedule, polling within a budget."""

    def __init__(self, repositories: Sequence[str], changes: Sequence[Change], interval: float) -> None:
        chance = random.Random(1).random
        self.schedule: PollSchedule[int] = PollSchedule(chance)
        self.tags = [Tag(number, repository) for number, repository in enumerate(repositories)]
        self.changes = changes
        self.interval = interval
        self.heap: list[tuple[float, int]] = []
        self.truth: list[int | None] = [None] * len(self.tags)
        self.unseen: dict[int, float] = {}
        self.absent: set[int] = set()
        self.known: dict[str, dict[int, Tag]] = {repository: {} for repository in repositories}
        self.delays: list[float] = []
        self.living = 0

    def run(self) -> Result:
        """From the first change to the last."""
        heap, tags, truth, again = self.heap, self.tags, self.truth, self.schedule.again
        now = filled = self.changes[0].at
        tokens, most, rate, requests = 0.0, 1.0, 0.0, 0
        for change in self.changes:
            end = change.at
            while heap and rate:
                due, number = heap[0]
                tag = tags[number]
                if due != tag.due:
                    heappop(heap)
                    continue
                start = now + 1 / SPEED
                if start < due:  # noqa: PLR1730 - calls would cost a tenth of the run
                    start = due
                held = tokens + (start - filled) * rate
                if held < 1.0:
                    start += (1.0 - held) / rate
                    held = 1.0
                if start >= end:
                    break
                tokens = (held if held < most else most) - 1.0  # noqa: FURB136
                now = filled = start
                requests += 1
                if truth[number] == tag.digest and tag.digest is not None:
                    tag.looked_at = now
                    room = tokens / most
                    due = again("", tag.rhythm, now=now, promised=tag.promised, room=room)
                    tag.promised = tag.due = due
                    heapreplace(heap, (due, number))
                else:
                    heappop(heap)
                    self.see(tag, now)
            tokens = min(most, tokens + (end - filled) * rate)
            filled = end
            now = max(now, end)
            if self.happen(change):
                tokens -= 1.0
                requests += 1
            rate = self.living / self.interval
            most = max(rate * SAVED, 1.0)
        end = self.changes[-1].at
        self.delays += [end - since for since in self.unseen.values()]
        return Result(self.delays, requests)

    def happen(self, change: Change) -> bool:
        """Something changes in the world; whether it costs a first look."""
        number, now = change.tag, change.at
        tag = self.tags[number]
        self.truth[number] = change.digest
        if number in self.unseen:
            self.delays.append(now - self.unseen.pop(number))
        if change.digest is None:
            self.living -= 1
        elif change.is_new:
            self.living += 1
            self.absent.discard(number)
            self.known[tag.repository][number] = tag
            tag.digest, tag.looked_at = change.digest, now
            tag.promised, tag.rhythm = self.schedule.first("", tag.repository, now=now)
            self.put(tag, tag.promised)
        else:
            self.unseen[number] = now
        return change.digest is not None and change.is_new

    def see(self, tag: Tag, now: float) -> None:
        """A look tells something new."""
        digest = self.truth[tag.name]
        siblings = self.known[tag.repository]
        if digest is None:
            if tag.name not in self.absent:
                self.absent.add(tag.name)
                self.put(tag, now + APART.total_seconds())
                return
            del siblings[tag.name]
            before, tag.digest, tag.due = tag.digest, None, 0.0
            self.promote(
                self.schedule.gone(tag.repository, tag.name, digest=before, siblings=siblings.values()), now
            )
            return
        self.delays.append(now - self.unseen.pop(tag.name))
        own = siblings.pop(tag.name)
        moved = self.schedule.moved(
            "",
            tag.repository,
            tag.name,
            tag.rhythm,
            digest=tag.digest,
            looked_at=tag.looked_at,
            promised=tag.promised,
            now=now,
            siblings=siblings.values,
        )
        siblings[tag.name] = own
        tag.digest, tag.looked_at, tag.rhythm, tag.promised = digest, now, moved.rhythm, moved.due
        self.put(tag, moved.due)
        self.promote(moved.promote, now)

    def promote(self, names: Sequence[int], now: float) -> None:
        """Make tags due that are not."""
        for name in names:
            tag = self.tags[name]
            if tag.digest is not None and tag.due > now:
                self.put(tag, now - PROMOTED)

    def put(self, tag: Tag, due: float) -> None:
        """Make a tag due; what stands in the heap for it before counts no more."""
        tag.due = due
        heappush(self.heap, (due, tag.name))


def simulate(path: Path, name: str) -> dict[str, Result]:
    """All competitors at one budget."""
    repositories, changes = read(path)
    interval = INTERVALS[name]
    return {
        "schedule": Replay(repositories, changes, interval).run(),
        "fixed": fixed(changes, interval),
        "oracle": oracle(changes, interval),
    }


def rows_of(name: str, results: dict[str, Result]) -> list[Row]:
    """Lines of the table: the schedule's median and mean, in parts of the fixed interval's, and the oracle's."""
    rows = []
    limits = LIMITS.get(name, AHEAD)
    fix, best, ours = results["fixed"], results["oracle"], results["schedule"]
    for what, limit in zip(("median", "mean"), limits, strict=True):
        mine, peer, bound = (getattr(each, what) for each in (ours, fix, best))
        asked = f"{ours.requests / fix.requests:.2f} of its requests, oracle {bound:.0f} s"
        title = f"delay until a move is seen, {what}, one request a living tag {name} ({asked})"
        rows.append(Row(title, f"{mine:.0f} s", f"{peer:.0f} s", round(mine / peer, 4), limit))
    return rows


def main(path: Path, names: Sequence[str]) -> int:
    with ProcessPoolExecutor(max_workers=len(names)) as pool:
        results = list(pool.map(simulate, [path] * len(names), names))
    rows = [row for name, result in zip(names, results, strict=True) for row in rows_of(name, result)]
    return 0 if print_rows("Polling", rows) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only", choices=INTERVALS, action="append")
    arguments = parser.parse_args()
    sys.exit(main(arguments.data, arguments.only or list(INTERVALS)))
