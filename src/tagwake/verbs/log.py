"""``log``: where a tag has been, from the first source that knows."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from tagwake.core.event import Event
from tagwake.core.event_chain import first_broken
from tagwake.core.history import Move
from tagwake.core.reference import Stream
from tagwake.core.resolution import Unresolved
from tagwake.core.tag_log import LogRange, TagLog
from tagwake.ports.history_source import HistorySource, ToldEvents


@dataclass(frozen=True, slots=True)
class LogAnswer:
    """What came of asking.

    :param log: what the first source that knows the tag tells; ``None`` where none does.
    :param source: that source.
    :param silent: the names of the sources before it that were asked and know nothing of the tag.
    :param failed: why sources before it could not be asked, a line each.
    """

    log: TagLog | None
    source: HistorySource | None
    silent: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """Whether what was told of a tag still stands as it was told.

    :param events: how many there are.
    :param broken: the first that is not what was told, ``None`` where all are.
    """

    source: str
    events: int
    broken: Event | None = None


async def log(stream: Stream, sources: Sequence[HistorySource], asked: LogRange) -> LogAnswer:
    """Ask one source after the other until one knows the tag.

    :param sources: in the order in which they are asked.
    """
    silent: list[str] = []
    failed: list[str] = []
    for source in sources:
        told = await source.history(stream, asked)
        if isinstance(told, TagLog):
            return LogAnswer(told, source, tuple(silent), tuple(failed))
        if isinstance(told, Unresolved):
            failed.append(f"{source.name}: {told.reason}")
        else:
            silent.append(source.name)
    return LogAnswer(None, None, tuple(silent), tuple(failed))


async def follow(
    stream: Stream, source: HistorySource, asked: LogRange, known: Sequence[Move]
) -> AsyncIterator[Move | Unresolved]:
    """Each move that the source comes to know, in the order in which the tag made them, without end.

    A source that cannot be asked for a while is asked again; why it could not be is given once each time.

    :param known: the moves that it has told already.
    """
    told = set(map(_identity, known))
    failing = ""
    while True:
        await source.news(stream)
        answer = await source.history(stream, LogRange(asked.since, asked.until))
        if isinstance(answer, Unresolved):
            if answer.reason != failing:
                yield answer
            failing = answer.reason
            continue
        failing = ""
        for move in reversed(answer.moves if answer is not None else ()):
            if _identity(move) not in told:
                told.add(_identity(move))
                yield move


async def verify(stream: Stream, source: ToldEvents) -> ChainCheck | Unresolved:
    """Compute the chain of the tag's events anew, and compare."""
    events = await source.told(stream)
    if isinstance(events, Unresolved):
        return events
    return ChainCheck(source.name, len(events), first_broken(events))


def _identity(move: Move) -> tuple[object, ...]:
    """What makes a move this one: a look that comes in late may change its interval, position and word."""
    return move.event, move.digest, move.seen_at
