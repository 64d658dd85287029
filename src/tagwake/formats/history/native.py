"""Our own shape: what ``tagwake log --format json`` prints and ``GET /api/history`` answers, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidAnswer
from tagwake.core.history import Gap, Move, MoveEvent
from tagwake.formats.history.answer import read_answer, read_digest

SCHEMA: Literal["tagwake/log/1"] = "tagwake/log/1"

_WHAT = "its history"

DigestText = Annotated[
    str, Meta(pattern="^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$", description="algorithm:hex")
]
Moment = Annotated[datetime, Meta(tz=True, description="RFC 3339, UTC.")]


class LogGap(Struct):
    """A time in which nobody was looking."""

    start: Moment = msgspec.field(name="from")
    until: Moment


class LogMove(Struct):
    """A change of what the tag points to; it happened between ``not_before`` and ``seen_at``."""

    position: Annotated[
        int, Meta(ge=1, description="Counts the moves of this tag as known now; derived, and no cursor.")
    ]
    event: Literal["created", "moved", "deleted"]
    digest: Annotated[DigestText | None, Meta(description="Null where the tag was deleted.")]
    previous: Annotated[DigestText | None, Meta(description="The target before, as far as known.")]
    seen_at: Annotated[Moment, Meta(description="The first time the new state was seen.")]
    not_before: Annotated[Moment | None, Meta(description="The last time the old state was seen.")]
    claimed_at: Annotated[Moment | None, Meta(description="When a registry says that it happened.")]
    how: Annotated[str, Meta(description="poll, hook:<kind>, manual, or import:<kind>.")]
    rollback: Annotated[bool, Meta(description="Whether the digest was the tag's target before.")]


class LogDocument(Struct):
    """What ``tagwake log --format json`` prints."""

    schema: Literal["tagwake/log/1"]
    image: Annotated[str, Meta(description="Registry, repository and tag, normalised.")]
    source: Annotated[str, Meta(description="Who answered.")]
    complete_since: Annotated[
        Moment | None, Meta(description="From when on nothing is missing but in the gaps; null: unknown.")
    ]
    gaps: list[LogGap]
    moves: Annotated[list[LogMove], Meta(description="Newest first.")]


@dataclass(frozen=True, slots=True)
class Log:
    """A history as told: moves newest first, who told it, and how complete it is."""

    image: str
    source: str
    complete_since: datetime | None
    gaps: tuple[Gap, ...]
    moves: tuple[Move, ...]


def document(log: Log) -> LogDocument:
    """The document of a history."""
    return LogDocument(
        schema=SCHEMA,
        image=log.image,
        source=log.source,
        complete_since=_utc(log.complete_since),
        gaps=[LogGap(gap.start.astimezone(UTC), gap.end.astimezone(UTC)) for gap in log.gaps],
        moves=written(log.moves),
    )


def written(moves: Sequence[Move]) -> list[LogMove]:
    """Moves in the order in which they are given."""
    return [
        LogMove(
            position=move.position,
            event=move.event.value,
            digest=None if move.digest is None else str(move.digest),
            previous=None if move.previous is None else str(move.previous),
            seen_at=move.seen_at.astimezone(UTC),
            not_before=_utc(move.not_before),
            claimed_at=_utc(move.claimed_at),
            how=move.how,
            rollback=move.rollback,
        )
        for move in moves
    ]


def encode(log: Log) -> bytes:
    """The history as one JSON document."""
    return msgspec.json.encode(document(log))


def decode(data: bytes) -> Log:
    """A history as a service told it.

    :raises InvalidAnswer: where it is none.
    """
    read = read_answer(data, LogDocument, _WHAT)
    try:
        return Log(
            read.image,
            read.source,
            _utc(read.complete_since),
            tuple(Gap(gap.start.astimezone(UTC), gap.until.astimezone(UTC)) for gap in read.gaps),
            tuple(_move(each) for each in read.moves),
        )
    except OverflowError:
        raise InvalidAnswer(f"{_WHAT} names a time that is none") from None


def _move(told: LogMove) -> Move:
    return Move(
        position=told.position,
        event=MoveEvent(told.event),
        digest=_digest(told.digest),
        previous=_digest(told.previous),
        seen_at=told.seen_at.astimezone(UTC),
        not_before=_utc(told.not_before),
        claimed_at=_utc(told.claimed_at),
        how=told.how,
        rollback=told.rollback,
    )


def _digest(text: str | None) -> Digest | None:
    return None if text is None else read_digest(text, _WHAT)


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
