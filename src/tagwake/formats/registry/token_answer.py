"""What a token service answers."""

import re
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from tagwake.core.errors import InvalidAnswer
from tagwake.formats.registry.nesting import nests_deeper

MAX_BYTES = 1_048_576
MAX_DEPTH = 32
DEFAULT_LIFETIME = 60.0
"""Seconds that a token lives where the service does not say (distribution, "Token Authentication Specification")."""
MAX_LIFETIME = 86_400.0

_USABLE = re.compile(r"[!-~]++")


class _Answer(msgspec.Struct):
    token: str | None = None
    access_token: str | None = None
    expires_in: float | str | None = None
    issued_at: str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token and the seconds that it lives from now; its representation does not show it."""

    value: str = field(repr=False)
    lifetime: float


def read_token(data: bytes, now: datetime | None = None) -> Token:
    """Read ``token``, or ``access_token``, with ``expires_in`` and ``issued_at``.

    :param now: the service's own time (its ``Date`` header): what a token has lived since ``issued_at`` is told by
        one clock; without it a token is taken for new.
    :raises InvalidAnswer: when there is no token, or one that no header can carry.
    """
    if len(data) > MAX_BYTES:
        raise InvalidAnswer(f"its answer is longer than {MAX_BYTES} bytes")
    if nests_deeper(data, MAX_DEPTH):
        raise InvalidAnswer(f"its answer nests deeper than {MAX_DEPTH}")
    try:
        answer = msgspec.json.decode(data, type=_Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise InvalidAnswer("its answer is no JSON object with a token") from None
    value = answer.token or answer.access_token
    if not value:
        raise InvalidAnswer("its answer holds neither token nor access_token")
    if not _USABLE.fullmatch(value):
        raise InvalidAnswer("its token has characters that no header can carry")
    return Token(value, max(0.0, _lifetime(answer.expires_in) - _age(answer.issued_at, now)))


def _lifetime(said: float | str | None) -> float:
    try:
        seconds = float(said) if said is not None else DEFAULT_LIFETIME
    except ValueError:
        seconds = DEFAULT_LIFETIME
    return min(seconds, MAX_LIFETIME) if seconds > 0 else DEFAULT_LIFETIME


def _age(issued_at: str | None, now: datetime | None) -> float:
    if not issued_at or now is None:
        return 0.0
    try:
        issued = datetime.fromisoformat(issued_at)
    except ValueError:
        return 0.0
    return max(0.0, (now - issued).total_seconds()) if issued.tzinfo is not None else 0.0
