"""What every part of the running registry works with."""

import time
from dataclasses import dataclass, field

from aiohttp import web

from tagwake.testing.registry.auth import Guard
from tagwake.testing.registry.store import Store
from tagwake.testing.registry.upload import Uploads


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the registry takes and gives at once.

    :param page: entries of a list without `n`, and at most with it.
    :param blob: bytes of a blob.
    :param uploads: uploads under way; a further one ends the oldest.
    """

    page: int = 1000
    blob: int = 1 << 30
    uploads: int = 1000


@dataclass(slots=True)
class Desk:
    """The store, the guard, the uploads under way, and the limits."""

    store: Store
    guard: Guard | None
    limits: Limits
    tag_history: bool
    uploads: Uploads = field(init=False)

    def __post_init__(self) -> None:
        self.uploads = Uploads(self.store, self.limits.uploads)

    def now(self) -> float:
        """Seconds by which tokens expire."""
        return time.monotonic()


def base_url(request: web.BaseRequest) -> str:
    """The registry's own URL, as the client wrote its host."""
    return f"{request.scheme}://{request.host}"
