"""What is special to posting over HTTP: what the guard refuses, limits of time, and what messages show."""

import asyncio

import pytest
from aiohttp import web
from tests.adapters.scripted import FakeTime, ok, proxying, serving

from tagwake.adapters.deliveries import open_sink
from tagwake.core.egress import Egress
from tagwake.ports.event_sink import Posting, Receipt

LOCAL = Egress.of(("127.0.0.1",))


async def post(url: str, egress: Egress = LOCAL, *, seconds: float = 20.0, **environment: str) -> Receipt:
    async with open_sink(egress, environment, timing=FakeTime().timing, seconds=seconds) as sink:
        return await sink.post(Posting(url, {}, b"{}"))


async def test_a_receiver_on_this_machine_needs_the_operators_word() -> None:
    async with serving(ok) as server:
        refused = await post(f"http://{server.host}/s3cret", Egress())
        assert server.requests == []
        assert (await post(f"http://{server.host}/s3cret")).reason == ""
    assert refused.status is None
    assert refused.reason == (
        f"{server.host} is on a private address: name it in `allow` of [egress], if it is yours"
    )


async def test_the_environments_proxy_is_not_asked() -> None:
    async with serving(ok) as server, proxying(server.port) as proxy:
        receipt = await post(f"http://{server.host}/", HTTP_PROXY=proxy.url, HTTPS_PROXY=proxy.url)
        assert receipt.reason == ""
        assert proxy.heads == []


async def test_a_redirect_to_within_is_not_followed() -> None:
    async def lead_on(_request: web.BaseRequest) -> web.StreamResponse:
        raise web.HTTPTemporaryRedirect(f"http://127.0.0.1:{inner.port}/")

    async with serving(ok) as inner, serving(lead_on) as server:
        receipt = await post(f"http://{server.host}/")
        assert inner.requests == []
    assert receipt.status == 307
    assert receipt.reason == (
        f"{server.host} answers 307: events follow no redirect, so subscribe where it leads"
    )


async def test_an_answer_that_never_ends_is_given_up() -> None:
    async def drip(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b".")
            await asyncio.sleep(0.05)

    async with serving(drip) as server:
        receipt = await post(f"http://{server.host}/", seconds=0.3)
    assert receipt.status is None
    assert receipt.reason == (f"no answer from {server.host} in 0.3 s: try again later, or check the network")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "the subscription's URL is none: change it"),
        ("https://", "the subscription's URL is none: change it"),
        ("ftp://127.0.0.1/s3cret", "events are posted by https and http, not by ftp"),
        (
            "https://127.0.0.1:1/s3cret",
            "127.0.0.1:1 refuses the connection: check that the receiver runs there",
        ),
    ],
)
async def test_what_cannot_be_posted_has_a_reason_without_the_secret(url: str, reason: str) -> None:
    assert (await post(url)).reason == reason


async def test_a_login_in_the_url_is_not_sent() -> None:
    async with serving(ok) as server:
        await post(f"http://me:s3cret@{server.host}/")
        assert server.sent("Authorization") == [None]
        assert server.requests[0].method == "POST"
