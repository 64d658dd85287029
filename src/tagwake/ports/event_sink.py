"""Where events are posted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

ANSWER_READ = 1024
"""Bytes of an answer that are read; more is never waited for."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One request to a receiver.

    :param url: absolute; not shown, for it may hold a token.
    :param headers: all but those of the connection.
    """

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a posting.

    :param status: of the answer, ``None`` where there was none.
    :param reason: why it failed, one line that shows neither the path of the URL nor a secret; empty where the receiver
        took it (2xx).
    :param answer: the beginning of its body, 1,024 bytes at most.
    :param rest: seconds that the receiver asks to be left alone (``Retry-After``).
    """

    status: int | None
    duration: timedelta
    reason: str = ""
    answer: bytes = field(default=b"", repr=False)
    rest: float | None = None


class EventSink(Protocol):
    """Posts to receivers: one attempt, no redirect, within limits of time and size."""

    async def post(self, posting: Posting) -> Receipt:
        """Make one attempt; what goes wrong is a value, never an exception."""
        ...
