"""The service as a whole, on twins: who answers what, and what is said about it."""

import io
import json
import logging
from datetime import timedelta

import pytest
from tests.faces.service.stage import A, B, ask, record, seen, service_on_twins

from tagwake.core.errors import StoreFailed
from tagwake.core.look import Unchanged
from tagwake.faces.service.access import Access
from tagwake.faces.service.app import App, area_of
from tagwake.faces.service.asgi import Answer, reply
from tagwake.faces.service.logs import close_log, open_log, redacted, say
from tagwake.ports.event_sink import Receipt

IMAGE = "registry.example:5000/team/app:1.2"


def app_on(service, **parts):
    return App(service, Access(service, is_loopback=True), **parts)


@pytest.fixture
def service():
    service = service_on_twins()
    record(service, seen(IMAGE, 0, A), seen(IMAGE, 1500, B))
    return service


@pytest.fixture
def app(service):
    return app_on(service)


@pytest.fixture
def log():
    stream = io.StringIO()
    handler = open_log(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    close_log(handler)


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/healthz",
        "/readyz",
        "/metrics",
        "/openapi.json",
        f"/api/history?image={IMAGE}",
        "/api/nothing",
        "/v2/",
        "/v2/a/b",
        "/api/v1/repository/a",
        "/hooks/zot/x",
    ],
)
async def test_every_answer_tells_browsers_to_run_nothing(app, target):
    told = await ask(app, target)
    assert told.status < 500
    policy = told.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in policy
    for name, value in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ]:
        assert told.headers[name] == value


async def test_hooks_and_pages_are_answered_by_their_own(service):
    def saying(text):
        async def application(scope, receive, send):
            await reply(Answer(200, text.encode(), headers=(("cache-control", "max-age=5"),)), scope, send)

        return application

    notes = []

    def hooks(note):
        notes.append(note)
        return saying("hook")

    app = app_on(service, hooks=hooks, pages=saying("page"))
    assert (await ask(app, "/hooks/zot/main", method="POST")).body == b"hook"
    page = await ask(app, "/cgr.dev/chainguard/go")
    assert (page.body, page.headers["cache-control"]) == (b"page", "max-age=5")
    notes[0]("zot", "main", 202)
    text = (await ask(app, "/metrics")).body.decode()
    assert 'tagwake_hooks_total{kind="zot",source="main",status="202"} 1.0' in text


@pytest.mark.parametrize(
    ("path", "area"),
    [
        ("/", "pages"),
        ("/apis", "pages"),
        ("/api", "api"),
        ("/api/history", "api"),
        ("/api/v1/repository/a/tag/", "registry"),
        ("/v2", "registry"),
        ("/v2x", "pages"),
        ("/hooks/", "hooks"),
        ("/hooksx", "pages"),
        ("/healthz", "health"),
        ("/metrics", "metrics"),
    ],
)
def test_areas(path, area):
    assert area_of(path) == area


async def test_health(app, service):
    assert (await ask(app, "/healthz")).body == b"ok\n"
    assert (await ask(app, "/readyz")).body == b"ready\n"
    app.leave()
    assert (await ask(app, "/healthz")).status == 200
    assert (await ask(app, "/readyz")).status == 503


class BrokenFeed:
    def newest(self):
        raise StoreFailed("postgresql://tagwake:***@db/tagwake: connection refused")

    def events(self, after, limit, stream=None):
        raise StoreFailed("connection refused")


async def test_a_database_that_does_not_answer_is_said(service, log):
    from dataclasses import replace

    app = app_on(replace(service, feed=BrokenFeed()))
    ready = await ask(app, "/readyz")
    assert (ready.status, "the database does not answer" in ready.json["error"]) == (503, True)
    assert b"postgresql" not in ready.body
    events = await ask(app, "/api/events?wait=5")
    assert (events.status, events.headers["retry-after"]) == (503, "1")
    assert (await ask(app, "/metrics")).status == 503
    assert b"connection" not in events.body
    assert any("connection refused" in line.get("reason", "") for line in log())


class OddHistory:
    def timeline(self, stream):
        raise RuntimeError("odd tagwake_abcdefghijklmnop")


async def test_what_nobody_foresaw_is_logged_and_not_told(service, log):
    from dataclasses import replace

    app = app_on(replace(service, history=OddHistory()))
    for target in (f"/api/history?image={IMAGE}", "/v2/a.example/b/_chainguard/history/1"):
        told = await ask(app, target)
        assert (told.status, "odd" in told.body.decode()) == (500, False)
    (line, *_) = [line for line in log() if line["level"] == "error"]
    assert "RuntimeError: odd tagwake_…" in line["error"]


async def test_a_request_is_a_line_of_json_without_secrets(app, log):
    headers = {"authorization": "Bearer tagwake_secretsecretsecret"}
    await ask(app, "/api/watches?x=tagwake_secretsecretsecret", headers=headers)
    await ask(app, "/hooks/dockerhub/main/tagwake-hook-token", method="POST")
    await ask(app, "/healthz")
    first, second = log()
    assert {
        key: first[key] for key in ("level", "message", "method", "path", "status", "client", "token")
    } == {
        "level": "info",
        "message": "request",
        "method": "GET",
        "path": "/api/watches",
        "status": 401,
        "client": "127.0.0.1",
        "token": "",
    }
    assert first["time"].endswith("Z")
    assert second["path"] == "/hooks/dockerhub/main/…"
    assert "secret" not in json.dumps([first, second])


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("token tagwake_abcdefgh123", "abcdefgh"),
        ("whsec_abcdefgh123=", "abcdefgh"),
        ("whsk_abcdefgh123=", "abcdefgh"),
        ("Authorization: Bearer abcdefgh.123", "abcdefgh"),
        ("basic abcdefgh==", "abcdefgh"),
        ("postgresql://user:abcdefgh@host/db", "abcdefgh"),
        ("POST /hooks/quay/main/abcdefgh HTTP/1.1", "abcdefgh"),
        ("http://h/hooks/quay/main/abcdefgh?x=1", "abcdefgh"),
    ],
)
def test_secrets_are_taken_out(text, without):
    assert without not in redacted(text)
    assert redacted(text).count("…") == 1


def test_what_is_no_secret_stays():
    text = "looked at registry.example:5000/hooks/app:1 with 3 basic questions, see https://a.example/x"
    assert redacted(text) == text


def test_fields_are_told(log):
    say(logging.WARNING, "odd", host="a.example", count=3, secret="Bearer abcdefghij0")
    (line,) = log()
    assert (line["host"], line["count"], line["secret"]) == ("a.example", 3, "Bearer …")


async def test_requests_are_counted(app):
    await ask(app, f"/api/history?image={IMAGE}")
    await ask(app, "/api/history")
    await ask(app, "/api/history", method="BREW")
    told = await ask(app, "/metrics")
    text = told.body.decode()
    assert told.headers["content-type"].startswith("text/plain; version=")
    assert 'tagwake_requests_total{area="api",method="GET",status="200"} 1.0' in text
    assert 'tagwake_requests_total{area="api",method="GET",status="400"} 1.0' in text
    assert 'method="other"' in text
    assert "tagwake_feed_cursor 2.0" in text
    assert "process_resident_memory_bytes" in text


async def test_what_the_process_does_beside_answering_is_counted(app, service):
    text = (await ask(app, "/metrics")).body.decode()
    assert 'tagwake_delivery_attempts_total{outcome="taken"} 0.0' in text
    assert "tagwake_looks_total{" not in text
    service.tally.looked("a.example", Unchanged())
    service.tally.posted(Receipt(503, timedelta(seconds=1), "503 Service Unavailable"))
    text = (await ask(app, "/metrics")).body.decode()
    assert 'tagwake_looks_total{host="a.example",outcome="unchanged"} 1.0' in text
    assert 'tagwake_delivery_attempts_total{outcome="refused"} 1.0' in text
    assert 'tagwake_delivery_attempts_total{outcome="unanswered"} 0.0' in text


@pytest.mark.parametrize(
    "target", ["/api/tokens/%00", "/api/parked?kind=%00", "/v2/a/b/_oci/tag-history/%00", "/%00"]
)
async def test_what_no_database_keeps_is_asked_of_none(app, target):
    told = await ask(app, target)
    assert (told.status, "NUL" in told.json["error"]) == (400, True)


@pytest.mark.parametrize(
    "target", [f"/api/history?image={IMAGE}", "/api/history", "/healthz", "/openapi.json", "/v2/"]
)
async def test_a_head_is_answered_as_a_get_without_its_body(app, target):
    head, whole = await ask(app, target, method="HEAD"), await ask(app, target)
    assert (head.status, head.headers, head.body) == (whole.status, whole.headers, b"")


async def test_only_http_is_answered(app):
    with pytest.raises(RuntimeError, match="websocket"):
        await app({"type": "websocket", "path": "/"}, None, None)
