"""The client of a service's API: who asks, what came back, and what a refusal says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from yarl import URL

from tagwake.adapters.http import HEADERS, Answer, Http, Request, host_of, read_url
from tagwake.core.errors import StoreFailed, UsageRefused
from tagwake.core.registry_rule import is_loopback
from tagwake.core.resolution import Failure, Unresolved
from tagwake.formats.history.answer import MAX_BYTES
from tagwake.formats.history.next_page import read_next
from tagwake.formats.registry.error_body import printable

MAX_SAID = 500
_FAILURES = {
    401: Failure.UNAUTHORIZED,
    403: Failure.FORBIDDEN,
    404: Failure.NOT_FOUND,
    429: Failure.RATE_LIMITED,
}


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """What a service answered: a body, and where the next page of it is."""

    body: bytes = field(repr=False)
    following: str | None = None


class ServiceClient:
    """Asks one service.

    :param url: as the user gave it.
    :param token: the access token, ``None`` for a service that asks for none.
    :raises UsageRefused: where the URL is none, or the token would be sent for everybody to read.
    """

    def __init__(self, http: Http, url: str, token: str | None) -> None:
        self._http = http
        self._root = _read(url)
        self.url = str(self._root).rstrip("/")
        if token and self._root.scheme != "https" and not is_loopback(host_of(self._root)):
            raise UsageRefused(
                f"TAGWAKE_TOKEN is not sent to {self.url}, which has no TLS: use its https:// URL"
            )
        self._headers = {**HEADERS, "Accept": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    async def ask(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> ServiceAnswer | Unresolved:
        """What the service answers; ``Unresolved`` where that is no success, with its own words.

        :param path: below the service's URL: ``/api/history``, or what a page's link says.
        """
        path, _, given = path.partition("?")
        query_text = "&".join(part for part in (given, urlencode(query or {})) if part)
        url = self._root.with_path(f"{self._root.raw_path.rstrip('/')}{path}", encoded=True)
        headers = dict(self._headers)
        if body is not None:
            headers["Content-Type"] = "application/json"
        answer = await self._http.ask(
            Request(
                host=host_of(self._root),
                url=URL(f"{url}?{query_text}", encoded=True) if query_text else url,
                headers=headers,
                method=method,
                limit=MAX_BYTES,
                body=body,
                peer="service",
            )
        )
        if isinstance(answer, Unresolved):
            return answer
        if 200 <= answer.status < 300:
            return ServiceAnswer(answer.body, read_next(answer.headers.get("Link")))
        return self._refusal(answer)

    async def get(self, method: str, path: str, query: Mapping[str, str] | None = None) -> bytes:
        """The body of a success.

        :raises UsageRefused: where the service refuses, with its own words.
        :raises StoreFailed: where it cannot be reached, or fails.
        """
        return await self.send(method, path, None, query)

    async def send(
        self, method: str, path: str, body: bytes | None, query: Mapping[str, str] | None = None
    ) -> bytes:
        """The body of a success, for a request with a body; raises as :meth:`get`."""
        answer = await self.ask(method, path, query, body)
        if isinstance(answer, ServiceAnswer):
            return answer.body
        raise _as_error(self.url, answer)

    async def settle(
        self, method: str, path: str, body: bytes | None = None, query: Mapping[str, str] | None = None
    ) -> bool:
        """Whether there was what the request is about; raises as :meth:`get`."""
        answer = await self.ask(method, path, query, body)
        if isinstance(answer, ServiceAnswer):
            return True
        if answer.failure is Failure.NOT_FOUND:
            return False
        raise _as_error(self.url, answer)

    def _refusal(self, answer: Answer) -> Unresolved:
        failure = _FAILURES.get(answer.status)
        if failure is None:
            failure = Failure.SERVER if answer.status >= 500 else Failure.UNSUPPORTED
        said = _said(answer.body)
        remedy = ": set TAGWAKE_TOKEN to a token of it" if answer.status == 401 else ""
        return Unresolved(failure, f"it answers {answer.status}{f' ({said})' if said else ''}{remedy}")


def _read(text: str) -> URL:
    try:
        url = read_url(text)
    except ValueError:
        url = None
    if url is None or url.scheme not in ("http", "https") or url.query_string:
        raise UsageRefused("TAGWAKE_URL is no URL of a service: write https://HOST[:PORT]")
    return url


def _said(body: bytes) -> str:
    """The one line that the service says of what is wrong."""
    try:
        document = json.loads(body[:65_536])
    except (ValueError, RecursionError):
        return ""
    said = document.get("error") if isinstance(document, dict) else None
    return printable(said[:MAX_SAID]) if isinstance(said, str) else ""


def _as_error(url: str, answer: Unresolved) -> UsageRefused | StoreFailed:
    told = f"the service {url}: {answer.reason}"
    if answer.failure in (Failure.UNSUPPORTED, Failure.UNAUTHORIZED, Failure.FORBIDDEN, Failure.NOT_FOUND):
        return UsageRefused(told)
    return StoreFailed(told)
