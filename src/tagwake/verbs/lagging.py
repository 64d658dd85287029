"""Says of each pin that is behind how far, where some history at hand tells it."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tagwake.core.reference import Stream
from tagwake.core.target import Pursuit, Target
from tagwake.core.update_plan import Rules, Step, pursuit_of

TYPE_CHECKING = False  # where no pin is behind, nothing of histories is loaded
if TYPE_CHECKING:
    from tagwake.ports.lag_source import Behind, LagSource


@dataclass(frozen=True, slots=True)
class Lagging:
    """The steps, with how far their pins are behind; who told it, and when.

    :param is_interrupted: whether the asking was cancelled; that does not pass through.
    """

    steps: tuple[Step, ...]
    tellers: tuple[str, ...] = ()
    told_at: datetime | None = None
    is_interrupted: bool = False


def beginning(source: "LagSource | None") -> Callable[[Pursuit, Target], None] | None:
    """What tells the source of each pin that turns out to be behind, while others are still looked up."""
    if source is None:
        return None

    def found(pursuit: Pursuit, target: Target) -> None:
        if pursuit.old is not None and target.new is not None and target.new != pursuit.old:
            source.begin(pursuit.stream)

    return found


async def with_lags(steps: Sequence[Step], rules: Rules, source: "LagSource | None") -> Lagging:
    """Ask the source of all that are behind, held ones too; without a source, or where none is, nobody is asked."""
    behind = {} if source is None else _behind(steps, rules)
    if source is None or not behind:
        return Lagging(tuple(steps))
    try:
        found = await source.lags(tuple(dict.fromkeys(behind.values())), _ahead(steps, behind.values()))
    except asyncio.CancelledError:
        return Lagging(tuple(steps), is_interrupted=True)
    told = list(steps)
    for place, pin in behind.items():
        lag = found.known.get(pin)
        if lag is not None:
            outcome = replace(
                told[place].outcome, first_seen=lag.first_seen, moves_behind=lag.moves, behind_since=lag.since
            )
            told[place] = replace(told[place], outcome=outcome)
    return Lagging(tuple(told), found.tellers, found.at)


def _behind(steps: Sequence[Step], rules: Rules) -> "dict[int, Behind]":
    """The pins that are behind, by their place among the steps."""
    found: dict[int, Behind] = {}
    for place, step in enumerate(steps):
        outcome = step.outcome
        if outcome.old is None or outcome.new is None or outcome.old == outcome.new:
            continue
        pursuit = pursuit_of(outcome.reference, rules)
        if pursuit is not None:
            found[place] = (pursuit.stream, outcome.old, outcome.new)
    return found


def _ahead(steps: Sequence[Step], behind: "Iterable[Behind]") -> frozenset[Stream]:
    """Of the tags that some pins are behind, those whose newest digest another pin has."""
    newest = {(stream, new) for stream, _, new in behind}
    return frozenset(
        stream
        for step in steps
        if (stream := step.outcome.reference.stream) is not None and (stream, step.outcome.old) in newest
    )
