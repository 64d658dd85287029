"""What every EventSink must do: one suite over the twin and over HTTP."""

from typing import Protocol

import pytest

from tagwake.ports.event_sink import ANSWER_READ, EventSink, Posting


class Receiver(Protocol):
    """A receiver that answers as it is told, and a sink that reaches it."""

    url: str

    def will_answer(self, status: int | None, body: bytes = b"", **headers: str) -> None:
        """Answer like this from now on; ``None`` for hanging up without an answer."""
        ...

    def got(self) -> list[tuple[dict[str, str], bytes]]:
        """Headers, their names in lower case, and body of everything that came, in order."""
        ...

    @property
    def sink(self) -> EventSink:
        """What posts to it."""
        ...


def _posting(receiver: Receiver, body: bytes = b"{}") -> Posting:
    return Posting(receiver.url, {"Content-Type": "application/json", "webhook-id": "1-a"}, body)


class EventSinkContract:
    """Subclasses give the fixture ``receiver``."""

    @pytest.mark.parametrize("status", [200, 201, 202, 204])
    async def test_what_is_taken(self, receiver: Receiver, status: int) -> None:
        """Any 2xx; headers and body arrive as they were given."""
        receiver.will_answer(status)
        receipt = await receiver.sink.post(_posting(receiver, b'{"a": "\xc3\xa9"}'))
        assert (receipt.status, receipt.reason, receipt.rest) == (status, "", None)
        ((headers, body),) = receiver.got()
        assert body == b'{"a": "\xc3\xa9"}'
        assert headers["content-type"] == "application/json"
        assert headers["webhook-id"] == "1-a"

    @pytest.mark.parametrize("status", [301, 304, 307, 400, 401, 404, 410, 429, 500, 503])
    async def test_what_is_refused(self, receiver: Receiver, status: int) -> None:
        """Once, with the status in the reason; a redirect is no success."""
        receiver.will_answer(status, location=receiver.url)
        receipt = await receiver.sink.post(_posting(receiver))
        assert receipt.status == status
        assert str(status) in receipt.reason
        assert "\n" not in receipt.reason
        assert len(receiver.got()) == 1

    async def test_no_answer(self, receiver: Receiver) -> None:
        """Is a value with a reason."""
        receiver.will_answer(None)
        receipt = await receiver.sink.post(_posting(receiver))
        assert receipt.status is None
        assert receipt.reason
        assert len(receiver.got()) == 1

    @pytest.mark.parametrize("status", [429, 503])
    async def test_a_wish_to_be_left_alone(self, receiver: Receiver, status: int) -> None:
        """``Retry-After``, in seconds."""
        receiver.will_answer(status, retry_after="120")
        assert (await receiver.sink.post(_posting(receiver))).rest == 120

    async def test_a_long_answer_is_cut(self, receiver: Receiver) -> None:
        """Its beginning is kept, and it is a success."""
        receiver.will_answer(200, b"x" * 100_000)
        receipt = await receiver.sink.post(_posting(receiver))
        assert receipt.reason == ""
        assert receipt.answer == b"x" * ANSWER_READ

    async def test_one_refusal_holds_nothing_up(self, receiver: Receiver) -> None:
        """The next posting is made at once."""
        receiver.will_answer(429, retry_after="3600")
        await receiver.sink.post(_posting(receiver))
        receiver.will_answer(204)
        assert (await receiver.sink.post(_posting(receiver))).reason == ""
