"""The client of a service's API: what is sent, and what a refusal says."""

import contextlib

import pytest
from aiohttp import web
from tests.adapters.scripted import FakeTime, serving

from tagwake.adapters.http import open_http
from tagwake.adapters.service_api.client import ServiceAnswer, ServiceClient
from tagwake.core.errors import StoreFailed, UsageRefused
from tagwake.core.patience import Patience
from tagwake.core.resolution import Failure, Unresolved


@contextlib.asynccontextmanager
async def client(handler, *, token=None, path=""):
    async with serving(handler) as server, open_http({}, Patience(), FakeTime().timing) as http:
        yield ServiceClient(http, f"http://{server.host}{path}", token), server


async def ok(request):
    return web.Response(
        text=f"{request.method} {request.raw_path}", headers={"Link": '</api/x?n=1>; rel="next"'}
    )


def problem(status, text='{"status": 400, "error": "no such tag"}'):
    async def handle(request):
        return web.Response(status=status, text=text)

    return handle


async def test_what_is_sent():
    async with client(ok, token="s3cret", path="/tagwake/") as (asked, server):
        answer = await asked.ask("GET", "/api/history?n=2", {"image": "a.test/b:1"})
    assert answer.body == b"GET /tagwake/api/history?n=2&image=a.test%2Fb%3A1"
    assert answer.following == "/api/x?n=1"
    assert server.sent("Authorization") == ["Bearer s3cret"]


async def test_a_body_is_json():
    async with client(ok) as (asked, server):
        assert await asked.send("POST", "/api/watches", b"{}") == b"POST /api/watches"
    assert server.sent("Content-Type") == ["application/json"]
    assert server.sent("Authorization") == [None]


@pytest.mark.parametrize(
    ("status", "failure", "raised"),
    [
        (400, Failure.UNSUPPORTED, UsageRefused),
        (401, Failure.UNAUTHORIZED, UsageRefused),
        (403, Failure.FORBIDDEN, UsageRefused),
        (409, Failure.UNSUPPORTED, UsageRefused),
        (500, Failure.SERVER, StoreFailed),
    ],
)
async def test_a_refusal_is_told_in_the_services_words(status, failure, raised):
    async with client(problem(status)) as (asked, _):
        answer = await asked.ask("GET", "/api/x")
        assert isinstance(answer, Unresolved)
        assert (answer.failure, "no such tag" in answer.reason) == (failure, True)
        for step in (asked.get("GET", "/api/x"), asked.settle("DELETE", "/api/x")):
            with pytest.raises(raised, match="no such tag"):
                await step


async def test_what_is_not_there_is_an_answer_where_that_is_asked():
    async with client(problem(404)) as (asked, _):
        assert not await asked.settle("DELETE", "/api/x")
    async with client(ok) as (asked, _):
        assert await asked.settle("DELETE", "/api/x")


@pytest.mark.parametrize("text", ["", "<html>", "[" * 100_000, '{"error": 7}', '{"error": "a\\u001b[31mb"}'])
async def test_a_refusal_that_says_nothing_harms_nobody(text):
    async with client(problem(400, text)) as (asked, _):
        answer = await asked.ask("GET", "/api/x")
    assert answer.reason.startswith("it answers 400")
    assert answer.reason.isprintable()


async def test_a_service_that_is_not_there():
    async with open_http({}, Patience(attempts=1), FakeTime().timing) as http:
        asked = ServiceClient(http, "http://127.0.0.1:1", None)
        assert not isinstance(await asked.ask("GET", "/api/x"), ServiceAnswer)
        with pytest.raises(StoreFailed, match=r"the service http://127\.0\.0\.1:1: "):
            await asked.get("GET", "/api/x")


@pytest.mark.parametrize(
    "url", ["", "tagwake.example", "ftp://x.example", "http://x.example/?a=b", "http://"]
)
def test_what_is_no_url_of_a_service(url):
    with pytest.raises(UsageRefused, match="TAGWAKE_URL is no URL of a service"):
        ServiceClient(None, url, None)


def test_a_token_is_not_sent_for_everybody_to_read():
    with pytest.raises(UsageRefused, match="no TLS"):
        ServiceClient(None, "http://tagwake.example", "s3cret")
    ServiceClient(None, "http://tagwake.example", None)
    ServiceClient(None, "http://127.0.0.1:8750", "s3cret")
    ServiceClient(None, "https://tagwake.example", "s3cret")
