"""The contract of the port EventSink, over the twin and over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from tests.adapters.scripted import FakeTime, serving

from tagwake.adapters.deliveries import open_sink
from tagwake.core.egress import Egress
from tagwake.ports.event_sink import EventSink, Posting
from tagwake.testing.contracts.event_sink import EventSinkContract, Receiver
from tagwake.testing.twins.event_sink import EventSinkTwin, Reply


@dataclass
class TwinReceiver:
    url: str = "https://hooks.example/"
    answer: Reply = field(default_factory=Reply)

    def __post_init__(self) -> None:
        self.twin = EventSinkTwin(lambda _posting: self.answer)

    def will_answer(self, status: int | None, body: bytes = b"", **headers: str) -> None:
        rest = headers.get("retry_after")
        self.answer = Reply(status, body, None if rest is None else float(rest))

    def got(self) -> list[tuple[dict[str, str], bytes]]:
        return [
            ({name.lower(): text for name, text in posting.headers.items()}, posting.body)
            for posting in self.twin.posted
        ]

    @property
    def sink(self) -> EventSink:
        return self.twin


@dataclass
class HttpReceiver:
    url: str
    sink: EventSink
    answer: tuple[int | None, bytes, dict[str, str]] = (204, b"", {})
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def will_answer(self, status: int | None, body: bytes = b"", **headers: str) -> None:
        self.answer = status, body, {name.replace("_", "-"): text for name, text in headers.items()}

    def got(self) -> list[tuple[dict[str, str], bytes]]:
        return self.requests

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        headers = {name.lower(): text for name, text in request.headers.items()}
        self.requests.append((headers, await request.read()))
        status, body, more = self.answer
        if status is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return web.Response(status=status, body=body or None, headers=more)


class TestTwin(EventSinkContract):
    @pytest.fixture
    def receiver(self) -> Receiver:
        return TwinReceiver()


class TestHttp(EventSinkContract):
    @pytest.fixture
    async def receiver(self) -> AsyncIterator[Receiver]:
        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            return await receiver.handle(request)

        async with (
            serving(handle) as server,
            open_sink(Egress.of(("127.0.0.1",)), {}, timing=FakeTime().timing) as sink,
        ):
            receiver = HttpReceiver(f"http://{server.host}/hook", sink)
            yield receiver


def test_a_posting_shows_nothing() -> None:
    assert repr(Posting("https://x/s3cret", {"a": "s3cret"}, b"s3cret")) == "Posting()"
