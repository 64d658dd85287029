"""The registry's own log of looks: when it was asked for a tag, and what it said."""

import threading
import time
from collections import defaultdict
from typing import NamedTuple

from tagwake.testing.registry import RequestLog
from tagwake.testing.registry.request_log import Request

Name = tuple[str, str]
"""A repository and a tag."""


class Answer(NamedTuple):
    """What the registry said, and when, in milliseconds since 1970; without a digest that there is no such tag."""

    at: int
    digest: str | None


class AnswerLog(RequestLog):
    """Keeps every answer to a question for a tag, and nothing else; where HEAD said 404, GET is asked as well."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[Name, list[Answer]] = defaultdict(list)
        self.times: list[int] = []
        self._fresh: list[Name] = []
        self._guard = threading.Lock()

    def add(self, request: Request) -> None:
        """Note an answer; the registry calls this right after it has looked the tag up."""
        repository, found, tag = request.path.removeprefix("/v2/").partition("/manifests/")
        if request.method not in ("HEAD", "GET") or not found or request.status not in (200, 304, 404):
            return
        now = time.time_ns() // 1_000_000
        with self._guard:
            self.answers[repository, tag].append(
                Answer(now, None if request.status == 404 else request.digest)
            )
            self.times.append(now)
            self._fresh.append((repository, tag))

    def fresh(self) -> list[Name]:
        """Tags that were asked for since this was last called."""
        with self._guard:
            fresh, self._fresh = self._fresh, []
        return fresh
