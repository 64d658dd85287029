"""The JSON documents of ``log``."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from tagwake.core.event import Event
from tagwake.core.history import Move
from tagwake.core.reference import Stream
from tagwake.core.tag_log import TagLog
from tagwake.formats.history.native import Log, LogMove, document, written
from tagwake.formats.report.json_encoding import encode


class LogFollowDocument(Struct):
    """A line of what ``tagwake log --follow --format json`` prints: a move, oldest first."""

    schema: Literal["tagwake/log-follow/1"]
    image: Annotated[str, Meta(description="Registry, repository and tag, normalised.")]
    source: Annotated[str, Meta(description="Who answered.")]
    move: LogMove


class LogVerifyDocument(Struct):
    """What ``tagwake log --verify --format json`` prints."""

    schema: Literal["tagwake/log-verify/1"]
    image: Annotated[str, Meta(description="Registry, repository and tag, normalised.")]
    source: Annotated[str, Meta(description="Whose feed it is.")]
    events: Annotated[int, Meta(ge=0, description="How many events it told of the tag.")]
    broken: Annotated[
        int | None,
        Meta(description="The cursor of the first event that is not what was told; null: all are."),
    ]


def log_document(stream: Stream, log: TagLog | None) -> bytes:
    """``tagwake/log/1``; without a log nobody knows anything, and its source is empty."""
    if log is None:
        return encode(document(Log(str(stream), "", None, (), ())))
    return encode(document(Log(str(stream), log.source, log.complete_since, log.gaps, log.moves)))


def log_line(stream: Stream, source: str, move: Move) -> bytes:
    """``tagwake/log-follow/1``."""
    return encode(LogFollowDocument("tagwake/log-follow/1", str(stream), source, written((move,))[0]))


def verify_document(stream: Stream, source: str, events: int, broken: Event | None) -> bytes:
    """``tagwake/log-verify/1``."""
    return encode(
        LogVerifyDocument(
            "tagwake/log-verify/1", str(stream), source, events, None if broken is None else broken.cursor
        )
    )
