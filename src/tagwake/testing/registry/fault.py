"""Misbehaviour on purpose: rules that make the registry answer wrongly, late, or not at all."""

import fnmatch
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What goes wrong."""

    STATUS = "answer with a status and an error body"
    DROP = "close the connection without an answer"
    HANG = "take the request and never answer"
    GARBAGE = "answer 200 with a body that means nothing"
    NO_DIGEST = "leave out Docker-Content-Digest"
    WRONG_DIGEST = "send another digest in Docker-Content-Digest"
    TRUNCATE = "close the connection in the middle of the body"
    STALL = "stop in the middle of the body and keep the connection open"
    ENDLESS = "answer 200 with a body that never ends"
    REDIRECT = "answer 307 with a Location"


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule: which requests it meets, and what happens to them.

    :param method: `*`, or methods separated by commas.
    :param path: a glob over the path; `*` crosses slashes.
    :param skip: so many matching requests pass first.
    :param times: so many are met, then the rule is spent; None means all.
    :param status: for STATUS.
    :param code: the error code in STATUS's body.
    :param retry_after: for STATUS, the value of Retry-After.
    :param location: for REDIRECT, where to.
    """

    kind: Kind
    method: str = "*"
    path: str = "*"
    skip: int = 0
    times: int | None = None
    status: int = 503
    code: str = "UNAVAILABLE"
    retry_after: str | None = None
    location: str = ""

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is one of those that the rule is about."""
        methods = self.method.upper().split(",")
        return (self.method == "*" or method in methods) and fnmatch.fnmatchcase(path, self.path)


def answering(
    status: int,
    method: str = "*",
    path: str = "*",
    *,
    skip: int = 0,
    times: int | None = None,
    retry_after: str | None = None,
) -> Fault:
    """Answer with `status` and an error body that fits it."""
    codes = {
        400: "UNSUPPORTED",
        401: "UNAUTHORIZED",
        403: "DENIED",
        404: "NAME_UNKNOWN",
        429: "TOOMANYREQUESTS",
    }
    code = codes.get(status, "UNAVAILABLE" if status >= 500 else "UNSUPPORTED")
    return Fault(Kind.STATUS, method, path, skip, times, status, code, retry_after)


def refusing_head(path: str = "*/manifests/*") -> Fault:
    """Refuse HEAD with 405, as some proxies do."""
    return answering(405, "HEAD", path)


class FaultPlan:
    """The rules in force; tests may change them while the registry runs, from any thread."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._rules: list[Fault] = list(faults)
        self._seen: list[int] = [0] * len(self._rules)

    def add(self, *faults: Fault) -> None:
        """Put further rules in force; where several match, the first decides."""
        with self._lock:
            self._rules = [*self._rules, *faults]
            self._seen += [0] * len(faults)

    def clear(self) -> None:
        """Behave from now on."""
        with self._lock:
            self._rules, self._seen = [], []

    def meet(self, method: str, path: str) -> Fault | None:
        """The fault that meets this request, if any."""
        if not self._rules:
            return None
        with self._lock:
            for number, rule in enumerate(self._rules):
                if rule.matches(method, path):
                    self._seen[number] += 1
                    past = self._seen[number] - rule.skip
                    if past > 0 and (rule.times is None or past <= rule.times):
                        return rule
        return None
