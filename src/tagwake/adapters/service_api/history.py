"""A service as a source of history."""

from datetime import UTC

from tagwake.adapters.service_api.client import ServiceClient
from tagwake.core.errors import InvalidAnswer
from tagwake.core.event import Event
from tagwake.core.history import Move
from tagwake.core.reference import Stream
from tagwake.core.resolution import Failure, Unresolved
from tagwake.core.tag_log import LogRange, TagLog, gaps_in_range
from tagwake.formats.api.history import read_events
from tagwake.formats.history import native
from tagwake.formats.history.moment import write_moment
from tagwake.ports.timing import Timing

WAIT_SECONDS = 15
"""How long the service is asked to wait for news: shorter than any request may take."""
MOST_PAGES = 1000
_PAGE = 1000
_REST = 5.0


class ServiceSource:
    """Asks a service (:class:`tagwake.ports.history_source.HistorySource`)."""

    def __init__(self, client: ServiceClient, timing: Timing) -> None:
        self._client = client
        self._timing = timing
        self._cursor: int | None = None

    @property
    def name(self) -> str:
        """The service, by its URL."""
        return f"the service {self._client.url}"

    async def history(self, stream: Stream, asked: LogRange) -> TagLog | Unresolved | None:
        """What the service has recorded."""
        times = {"since": asked.since, "until": asked.until}
        query = {"image": str(stream)} | {key: write_moment(time) for key, time in times.items() if time}
        limit = _PAGE if asked.limit is None else min(max(asked.limit, 1), _PAGE)
        path: str | None = "/api/history"
        query["n"] = str(limit)
        moves: list[Move] = []
        log: native.Log | None = None
        for _ in range(MOST_PAGES):
            answer = await self._client.ask("GET", path or "", query)
            if isinstance(answer, Unresolved):
                return answer
            try:
                page = native.decode(answer.body)
            except InvalidAnswer as error:
                return Unresolved(Failure.GARBAGE, f"it says what is no history: {error}")
            log = log or page
            moves += page.moves
            path, query = answer.following, {}
            if path is None or (asked.limit is not None and len(moves) >= asked.limit):
                break
        if log is None or (not moves and log.complete_since is None):
            return None
        chosen = tuple(moves if asked.limit is None else moves[: asked.limit])
        return TagLog(
            stream,
            self._client.url,
            self.name,
            _account(log),
            chosen,
            gaps_in_range(log.gaps, asked),
            log.complete_since,
            _older(chosen, asked, is_more=path is not None or len(moves) > len(chosen)),
        )

    async def told(self, stream: Stream) -> tuple[Event, ...] | Unresolved:
        """Every event that the service told of the tag, in order."""
        events: list[Event] = []
        after = 0
        while True:
            piece = await self._events({"after": str(after), "image": str(stream), "n": str(_PAGE)})
            if isinstance(piece, Unresolved):
                return piece
            told, after = piece
            events += told
            if len(told) < _PAGE:
                return tuple(events)

    async def news(self, stream: Stream) -> None:
        """Return as soon as the service tells something of the tag; where it cannot be asked, after some seconds."""
        if self._cursor is None:
            self._cursor = 0
            told = await self.told(stream)
            if isinstance(told, tuple) and told:
                self._cursor = told[-1].cursor
            return
        query = {"after": str(self._cursor), "image": str(stream), "wait": str(WAIT_SECONDS)}
        piece = await self._events(query)
        if isinstance(piece, Unresolved):
            await self._timing.sleep(_REST)
        else:
            self._cursor = piece[1]

    async def _events(self, query: dict[str, str]) -> tuple[tuple[Event, ...], int] | Unresolved:
        answer = await self._client.ask("GET", "/api/events", query)
        if isinstance(answer, Unresolved):
            return answer
        try:
            return read_events(answer.body)
        except InvalidAnswer as error:
            return Unresolved(Failure.GARBAGE, f"it says what is no feed: {error}")


def _account(log: native.Log) -> str:
    if log.complete_since is None:
        return "All of it was imported, and the service has not looked at the tag itself."
    missing = " but for the times in which it was not looking" if log.gaps else ""
    return f"It has looked at the tag since {log.complete_since.astimezone(UTC):%Y-%m-%d}{missing}."


def _older(chosen: tuple[Move, ...], asked: LogRange, *, is_more: bool) -> int:
    """How many moves are left out, by the position of the last: exact where no start was asked for."""
    if not is_more:
        return 0
    return max(chosen[-1].position - 1, 1) if chosen and asked.since is None else 1
