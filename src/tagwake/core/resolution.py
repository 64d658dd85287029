"""What a look-up found: a descriptor, or the reason why nothing is known."""

from dataclasses import dataclass
from enum import StrEnum


class Failure(StrEnum):
    """Why a look-up told nothing; only ``NOT_FOUND`` says something of the image itself."""

    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    RATE_LIMITED = "rate-limited"
    TIMEOUT = "timeout"
    DNS = "dns"
    TLS = "tls"
    CONNECTION = "connection"
    SERVER = "server-error"
    GARBAGE = "garbage"
    UNSUPPORTED = "unsupported"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A look-up that told nothing: the kind of failure, and one line on what happened and what to do."""

    failure: Failure
    reason: str
