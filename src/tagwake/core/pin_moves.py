"""What the commits of a code base tell of a tag: each that moved a pin saw the tag with another digest.

A commit is an observation and no more: somebody saw this digest under the tag by then. Not every change of a pin is a
move of the tag. A file that lags behind and catches up to a digest which is known already tells nothing; a known digest
is a move back only where it takes the place of the current one. Where some pins are of an index and others of one
platform's image, the digest that most places got is followed, and the others are left aside.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tagwake.core.digest import Digest

TICK = timedelta(milliseconds=1)
"""What a commit is put after the one before it where its clock says that it was earlier, or no later."""


@dataclass(frozen=True, slots=True)
class PinChange:
    """What a commit did to the pins of one tag in one file: their digests before and after, a place each."""

    before: tuple[Digest, ...]
    after: tuple[Digest, ...]


@dataclass(frozen=True, slots=True)
class PinCommit:
    """A commit that touched files which pin the tag.

    :param commit: its name, whole.
    :param at: when it was committed, UTC, by the committer's clock.
    """

    commit: str
    at: datetime
    changes: tuple[PinChange, ...]


@dataclass(frozen=True, slots=True)
class PinSighting:
    """A commit that saw the tag with a digest other than the one before."""

    commit: str
    at: datetime
    digest: Digest


def pin_sightings(commits: Iterable[PinCommit]) -> tuple[PinSighting, ...]:
    """What these commits, in their order and oldest first, saw of one tag.

    The order is that of the commits, and never of their clocks: times grow from one sighting to the next.
    """
    walk = _Walk()
    return tuple(seen for commit in commits if (seen := walk.step(commit)) is not None)


class _Walk:
    def __init__(self) -> None:
        self._current: Digest | None = None
        self._followed: set[Digest] = set()
        self._aside: set[Digest] = set()
        self._held: Counter[Digest] = Counter()
        self._last: datetime | None = None

    def step(self, commit: PinCommit) -> PinSighting | None:
        differences = [_difference(change) for change in commit.changes]
        for removed, added in differences:
            self._held.update(added)
            self._held.subtract(removed)
        is_held = self._current is not None and self._held[self._current] > 0
        votes: Counter[Digest] = Counter()
        successors: set[Digest] = set()
        for removed, added in differences:
            for digest, places in added.items():
                if self._is_candidate(digest, set(removed), is_held=is_held):
                    votes[digest] += places
                    if self._current in removed:
                        successors.add(digest)
                elif digest not in self._followed:
                    self._aside.add(digest)
        if not votes:
            return None
        chosen = max(votes, key=lambda digest: (digest in successors, votes[digest]))
        self._aside.update(votes.keys() - self._followed - {chosen})
        return self._follow(chosen, commit)

    def _is_candidate(self, digest: Digest, removed: set[Digest], *, is_held: bool) -> bool:
        if digest == self._current:
            return False
        if not is_held:
            return True
        if digest in self._followed:
            return self._current in removed
        return digest not in self._aside and not (removed and removed <= self._aside)

    def _follow(self, digest: Digest, commit: PinCommit) -> PinSighting:
        at = commit.at if self._last is None else max(commit.at, self._last + TICK)
        self._current, self._last = digest, at
        self._followed.add(digest)
        self._aside.discard(digest)
        return PinSighting(commit.commit, at, digest)


def _difference(change: PinChange) -> tuple[Counter[Digest], Counter[Digest]]:
    """What went and what came, with how many places each."""
    before, after = Counter(change.before), Counter(change.after)
    return before - after, after - before
