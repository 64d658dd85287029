"""What the registry was asked, for tests that count."""

import fnmatch
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

HEADERS_OF_INTEREST = (
    "Accept",
    "Accept-Encoding",
    "Content-Type",
    "Content-Range",
    "If-None-Match",
    "Range",
    "User-Agent",
)
LONGEST = 100_000
"""Requests that are remembered; older ones are forgotten."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request and the status of its answer; 0 where the connection was dropped or left hanging.

    :param authorization: the scheme only (`Bearer`, `Basic`), never the secret.
    :param digest: what the answer said in `Docker-Content-Digest`.
    """

    method: str
    path: str
    query: str
    status: int
    headers: Mapping[str, str]
    authorization: str | None
    digest: str | None = None

    @property
    def target(self) -> str:
        """Method and path, as people write them."""
        return f"{self.method} {self.path}"


class RequestLog:
    """The requests, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: deque[Request] = deque(maxlen=LONGEST)

    def add(self, request: Request) -> None:
        """Remember a request."""
        with self._lock:
            self._requests.append(request)

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._requests.clear()

    def __iter__(self) -> Iterator[Request]:
        with self._lock:
            return iter(tuple(self._requests))

    def __len__(self) -> int:
        return len(self._requests)

    def find(self, method: str = "*", path: str = "*", status: int | None = None) -> list[Request]:
        """Those with this method, a path that the glob matches (`*` crosses slashes), and this status."""
        return [
            each
            for each in self
            if method in ("*", each.method)
            and fnmatch.fnmatchcase(each.path, path)
            and status in (None, each.status)
        ]

    def count(self, method: str = "*", path: str = "*", status: int | None = None) -> int:
        """How many `find` finds."""
        return len(self.find(method, path, status))
