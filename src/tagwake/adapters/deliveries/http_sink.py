"""Posts events over HTTP, guarded by the operator's egress rule."""

from collections.abc import Callable
from datetime import timedelta

from tagwake import __version__
from tagwake.adapters.http import Answer, Http, Request, host_of, read_url
from tagwake.core.resolution import Unresolved
from tagwake.ports.event_sink import ANSWER_READ, Posting, Receipt

AGENT = f"tagwake/{__version__}"


class HttpSink:
    """Posts to receivers; a :class:`tagwake.ports.event_sink.EventSink`."""

    def __init__(self, http: Http, monotonic: Callable[[], float]) -> None:
        self._http = http
        self._monotonic = monotonic

    async def post(self, posting: Posting) -> Receipt:
        """See :meth:`tagwake.ports.event_sink.EventSink.post`."""
        started = self._monotonic()
        try:
            url = read_url(posting.url)
        except ValueError:
            return Receipt(None, timedelta(), "the subscription's URL is none: change it")
        if url.scheme not in {"http", "https"}:
            return Receipt(None, timedelta(), f"events are posted by https and http, not by {url.scheme}")
        host = host_of(url)
        answer = await self._http.ask_once(
            Request(
                host,
                url,
                {"User-Agent": AGENT, "Accept-Encoding": "identity", **posting.headers},
                method="POST",
                limit=ANSWER_READ,
                body=posting.body,
                is_cut=True,
                peer="receiver",
            )
        )
        return _receipt(answer, host, timedelta(seconds=self._monotonic() - started))


def _receipt(answer: Answer | Unresolved, host: str, duration: timedelta) -> Receipt:
    if isinstance(answer, Unresolved):
        return Receipt(None, duration, answer.reason)
    if 200 <= answer.status < 300:
        reason = ""
    elif 300 <= answer.status < 400:
        reason = f"{host} answers {answer.status}: events follow no redirect, so subscribe where it leads"
    else:
        reason = f"{host} answers {answer.status}"
    return Receipt(answer.status, duration, reason, answer.body, answer.rest)
