"""When to look at a tag again, and at whom else once one has moved: what makes few requests see moves early.

Three thoughts, each learned while polling, none about anybody's names:

* *Rates.* A tag that moves ``r`` times a second and is looked at every ``T`` seconds costs ``1/T`` requests and ``r T/2``
  seconds of delay. With requests at a price both together are least at ``T = sqrt(price/r)``. Tags that move together need
  one look among them, so each is given its share of the moves only: one divided by the number that moved with it.
* *Price.* Each host has one price. It falls while the host's budget piles up, and rises while it runs short.
* *Waves.* When a tag is seen to have moved, all that moved with it are looked at right away: those that had the same
  digest, those that moved in the same wave the last time (its cohort), one tag of every other cohort of the repository,
  and the first movers of the repositories that moved along before. Each that has moved widens the wave by its own.

A look costs O(1) and no database; the first move of a wave reads the tags of one repository. Times are seconds of one
clock, in floating point.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from math import exp, isfinite, sqrt
from typing import Generic, Protocol, TypeVar

MEMORY = 30 * 86400.0
"""Seconds in which what is known of a tag's moves fades to its e-th part."""
HINDSIGHT = 3600.0
"""Seconds between the waves of two repositories that count as having moved together."""
_DOUBT = 0.02
"""Moves in one ``MEMORY`` that a tag is believed capable of that never moved."""
_FADE = 0.98
"""What one wave leaves of the memory of those before."""
_LEAST_CHANCE = 0.05
"""The chance of moving along from which on another repository is asked."""
_ASKED, _KEPT_MOVERS, _MOVERS = 3, 5, 6
"""First movers of a repository: asked on behalf of another, kept from waves before, and remembered at most."""
_KIN = 32
_REPOSITORIES = 65_536
"""What is remembered at most: repositories that move along with one, and repositories."""
_WANTED_ROOM, _STIFFNESS, _SETTLING, _TICK = 0.6, 4.0, 5 * 86400.0, 60.0
"""The part of a budget that is kept for waves; how sharply the price follows it, in how many seconds, and how often."""

Name = TypeVar("Name", bound=Hashable)
"""How the caller names a tag."""
Name_co = TypeVar("Name_co", bound=Hashable, covariant=True)
"""The same, of what only gives such names."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is noted of one tag.

    :param weight: its moves of late, each divided by how many tags moved together, faded to ``weighed_at``.
    :param wave: the wave in which it last moved, by the time when that was first seen; for a tag that was never seen to
        move, the repository's wave before it was first looked at, negative.
    """

    weight: float = 0.0
    weighed_at: float = 0.0
    wave: float = 0.0

    def encode(self) -> str:
        """As text, for the queue."""
        return f"{self.weight:.6g} {self.weighed_at:.0f} {self.wave:.6f}"

    @classmethod
    def decode(cls, text: str) -> "Rhythm | None":
        """From text; ``None`` for a tag of which nothing was noted, or nothing that can be read."""
        try:
            weight, weighed_at, wave = map(float, text.split())
        except ValueError:
            return None
        if not (0.0 <= weight < 1e9 and isfinite(weighed_at) and isfinite(wave)):
            return None
        return cls(weight, weighed_at, wave)


class Neighbour(Protocol[Name_co]):
    """Another tag of a repository, as its own last look left it; ``digest`` may be any value that compares."""

    @property
    def name(self) -> Name_co:
        """The tag."""
        ...

    @property
    def digest(self) -> Hashable:
        """What it pointed to, ``None`` where it was absent."""
        ...

    @property
    def rhythm(self) -> Rhythm | None:
        """What is noted of it."""
        ...


@dataclass(frozen=True, slots=True)
class Moved(Generic[Name]):
    """What is done about a move: when to look again, what to note, and who is looked at right away."""

    due: float
    rhythm: Rhythm
    promote: tuple[Name, ...]


@dataclass(slots=True)
class _Price:
    """What a request to one host costs, in (seconds of delay) x (moves)."""

    log: float = 2.3
    now: float = 10.0
    at: float = 0.0

    def update(self, room: float, now: float, lowest: float) -> None:
        lack = _WANTED_ROOM - room
        if self.at:
            self.log = min(max(self.log + lack * (now - self.at) / _SETTLING, -9.0), 23.0)
        self.at = now
        self.now = max(exp(self.log + _STIFFNESS * lack), lowest)


@dataclass(slots=True)
class _Wave(Generic[Name]):
    """Tags of one repository that moved at one moment, as far as can be told, and whom to look at for it."""

    seen_at: float
    waiting: set[Name] = field(default_factory=set)
    twins: dict[Hashable, list[Name]] = field(default_factory=dict)
    cohorts: dict[float, list[Name]] = field(default_factory=dict)
    sizes: dict[float, int] = field(default_factory=dict)

    def fill(self, siblings: Iterable[Neighbour[Name]]) -> list[Name]:
        """Take up the siblings that are not gone; one of each cohort."""
        for each in siblings:
            if each.digest is not None:
                self.waiting.add(each.name)
                self.twins.setdefault(each.digest, []).append(each.name)
                self.cohorts.setdefault(0.0 if each.rhythm is None else each.rhythm.wave, []).append(
                    each.name
                )
        self.sizes = {wave: len(cohort) for wave, cohort in self.cohorts.items()}
        return [cohort[0] for cohort in self.cohorts.values()]

    def take(self, names: Iterable[Name]) -> list[Name]:
        """Those of them that wait; nobody is named twice."""
        taken = [name for name in names if name in self.waiting]
        self.waiting.difference_update(taken)
        return taken


@dataclass(slots=True)
class _Pulse(Generic[Name]):
    """What is remembered of one repository: its present wave, who was first to move, and who moved along."""

    host: str
    wave: _Wave[Name]
    waves: float = 0.0
    movers: list[Name] = field(default_factory=list)
    kin: dict[Hashable, float] = field(default_factory=dict)

    def begin(self, name: Name, now: float) -> None:
        """A wave, found by this tag."""
        self.wave = _Wave(now)
        self.waves = self.waves * _FADE + 1.0
        self.movers = [name, *(each for each in self.movers if each != name)][:_KEPT_MOVERS]

    def joined(self, repository: Hashable) -> None:
        """Another repository moved soon after."""
        self.kin[repository] = self.kin.get(repository, 0.0) * _FADE + 1.0
        if len(self.kin) > _KIN:
            del self.kin[min(self.kin, key=lambda each: self.kin[each])]

    def chance_of(self, repository: Hashable) -> float:
        """The chance that the other one moves along."""
        return (self.kin[repository] + 1.0) / (self.waves + 2.0)


class PollSchedule(Generic[Name]):
    """Decides after each look when the next one is due; remembers prices, waves and who moves along.

    What it remembers itself is learned anew after a start; what is noted of each tag the caller keeps.

    :param chance: random numbers in [0, 1).
    :param shortest: no tag is looked at more often than this, but in a wave; ``longest`` not less often; seconds.
    :param lowest_price: below which the price of a request does not fall, however much there is of the budget: at 1, a
        tag that moves alone and daily is looked at every five minutes, and one that never moved every three hours.
    """

    def __init__(
        self,
        chance: Callable[[], float],
        *,
        shortest: float = 300.0,
        longest: float = 2 * 86400.0,
        lowest_price: float = 1.0,
    ) -> None:
        self._chance = chance
        self._shortest = shortest
        self._longest = longest
        self._lowest = lowest_price
        self._prices: dict[str, _Price] = {}
        self._pulses: OrderedDict[Hashable, _Pulse[Name]] = OrderedDict()

    def first(self, host: str, repository: Hashable, *, now: float) -> tuple[float, Rhythm]:
        """When to look again at a tag that was looked at for the first time, and what to note of it."""
        pulse = self._pulses.get(repository)
        rhythm = Rhythm(0.0, now, 0.0 if pulse is None else -pulse.wave.seen_at)
        wait = max(self._interval(host, rhythm, now) * self._chance(), self._shortest)
        return now + wait, rhythm

    def again(self, host: str, rhythm: Rhythm, *, now: float, promised: float, room: float) -> float:
        """When to look again at a tag that has not moved.

        :param promised: when this look was to come; where it came sooner, somebody else's move was the reason, and the
            promise stands: tags that were looked at together do not stay together.
        :param room: the part of the host's budget that is left, from 0 to 1.
        """
        price = self._prices.get(host)
        if price is None or now - price.at > _TICK:
            self._price(host).update(room, now, self._lowest)
        if promised > now:
            return promised
        return now + self._interval(host, rhythm, now) * (0.9 + 0.2 * self._chance())

    def begins(self, repository: Hashable, looked_at: float) -> bool:
        """Whether a move since that look would be the first of a wave: only then :meth:`moved` asks for siblings."""
        pulse = self._pulses.get(repository)
        return pulse is None or looked_at >= pulse.wave.seen_at

    def moved(
        self,
        host: str,
        repository: Hashable,
        name: Name,
        rhythm: Rhythm,
        *,
        digest: Hashable,
        looked_at: float,
        promised: float,
        now: float,
        siblings: Callable[[], Iterable[Neighbour[Name]]],
    ) -> Moved[Name]:
        """What to do about a tag that has moved, or is gone.

        :param digest: what it pointed to before.
        :param looked_at: when that was seen last.
        :param siblings: gives the other tags of the repository; asked for at the first move of a wave.
        """
        pulse = self._pulses.get(repository)
        far: list[Name] = []
        kin: list[Name] = []
        if pulse is None or looked_at >= pulse.wave.seen_at:
            pulse = self._begin(host, repository, name, now)
            far, kin = pulse.wave.fill(siblings()), self._kin(repository, pulse, now)
        wave = pulse.wave
        wave.waiting.discard(name)
        cohort = wave.cohorts.pop(rhythm.wave, ())
        if cohort and len(pulse.movers) < _MOVERS and name not in pulse.movers:
            pulse.movers.append(name)
        promote = (*wave.take(wave.twins.pop(digest, ())), *wave.take(cohort), *wave.take(far), *kin)
        share = 1.0 / (1 + wave.sizes.get(rhythm.wave, 0))
        weight = rhythm.weight * exp((rhythm.weighed_at - now) / MEMORY) + share
        after = Rhythm(weight, now, wave.seen_at)
        due = now + self._interval(host, after, now) * (0.9 + 0.2 * self._chance())
        return Moved(min(due, promised) if promised > now else due, after, promote)

    def gone(
        self, repository: Hashable, name: Name, *, digest: Hashable, siblings: Iterable[Neighbour[Name]]
    ) -> tuple[Name, ...]:
        """Forget a tag that is no more; who is looked at right away, because it had the same digest."""
        pulse = self._pulses.get(repository)
        if pulse is not None and name in pulse.movers:
            pulse.movers.remove(name)
        return tuple(each.name for each in siblings if each.digest == digest)

    def _interval(self, host: str, rhythm: Rhythm, now: float) -> float:
        moves = rhythm.weight * exp((rhythm.weighed_at - now) / MEMORY) + _DOUBT
        interval = sqrt(self._price(host).now * MEMORY / moves)
        return min(max(interval, self._shortest), self._longest)

    def _price(self, host: str) -> _Price:
        price = self._prices.get(host)
        if price is None:
            price = self._prices[host] = _Price()
        return price

    def _begin(self, host: str, repository: Hashable, name: Name, now: float) -> _Pulse[Name]:
        pulse = self._pulses.get(repository)
        if pulse is None:
            pulse = self._pulses[repository] = _Pulse(host, _Wave(now))
            if len(self._pulses) > _REPOSITORIES:
                self._pulses.popitem(last=False)
        self._pulses.move_to_end(repository)
        pulse.begin(name, now)
        return pulse

    def _kin(self, repository: Hashable, pulse: _Pulse[Name], now: float) -> list[Name]:
        """The first movers of repositories that are likely to move along; who moved just before takes note of this one."""
        recent: set[Hashable] = set()
        for other in islice(reversed(self._pulses), 1, _KIN + 1):
            leader = self._pulses[other]
            if now - leader.wave.seen_at >= HINDSIGHT:
                break
            if leader.host == pulse.host:
                leader.joined(repository)
                recent.add(other)
        return [
            name
            for other in pulse.kin
            if other in self._pulses and other not in recent and pulse.chance_of(other) > _LEAST_CHANCE
            for name in self._pulses[other].movers[:_ASKED]
        ]
