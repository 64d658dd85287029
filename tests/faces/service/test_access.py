"""Who gets in, and with what."""

import base64

import pytest
from tests.faces.service.stage import Time, ask, service_on_twins

from tagwake.core.access import Scope, token_hash
from tagwake.core.budget import Budget
from tagwake.faces.service.access import Access, is_forged, is_own_name, needed, presented
from tagwake.faces.service.app import App

READ, WRITE, ADMIN, HOOK = "reading", "writing", "ruling", "hooking"
PLENTY = Budget(rate=1000, burst=1000)


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def service(time):
    return service_on_twins(time)


def give(service, name, scope, now):
    service.tokens.add(name, token_hash(name), [scope], now=now)


@pytest.fixture
def tokens(service, time):
    for name, scope in [(READ, Scope.READ), (WRITE, Scope.WRITE), (ADMIN, Scope.ADMIN), (HOOK, Scope.HOOK)]:
        give(service, name, scope, time.moment)


def app(service, *, is_loopback=True, rate=PLENTY):
    return App(service, Access(service, is_loopback=is_loopback, rate=rate))


def bearer(token):
    return {"authorization": f"Bearer {token}"}


async def test_without_any_token_loopback_is_open(service):
    assert (await ask(app(service), "/api/tokens")).status == 200
    assert (await ask(app(service), "/api/watches?pattern=a.example/b", method="DELETE")).status == 404


async def test_without_any_token_nothing_else_is(service):
    told = await ask(app(service, is_loopback=False), "/api/watches")
    assert told.status == 401
    assert "Bearer" in told.headers["www-authenticate"]


@pytest.mark.parametrize(
    "host", ["tagwake.example", "127.0.0.1.evil.example", "10.0.0.1:8750", "[::", "x:y:z"]
)
async def test_a_strangers_name_for_loopback_is_not_answered(service, host):
    assert (await ask(app(service), "/api/watches", headers={"host": host})).status == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:8750", "127.8.0.1", "[::1]:8750", "demo.localhost"])
async def test_loopbacks_own_names_are(service, host):
    assert (await ask(app(service), "/api/watches", headers={"host": host})).status == 200


async def test_from_the_first_token_on_everybody_needs_one(service, time):
    application = app(service)
    assert (await ask(application, "/api/watches")).status == 200
    give(service, READ, Scope.READ, time.moment)
    time.pass_by(3)
    assert (await ask(application, "/api/watches")).status == 401
    assert (await ask(application, "/api/watches", headers=bearer(READ))).status == 200


async def test_a_service_whose_tokens_are_all_revoked_stays_closed(service, time, tokens):
    for name in (READ, WRITE, ADMIN, HOOK):
        service.tokens.revoke(name, now=time.moment)
    assert (await ask(app(service), "/api/watches")).status == 401
    assert (await ask(app(service), "/api/watches", headers=bearer(ADMIN))).status == 401


@pytest.mark.parametrize(
    ("method", "target", "allowed"),
    [
        ("GET", "/api/watches", {READ, WRITE, ADMIN}),
        ("GET", "/v2/a.example/b/_oci/tag-history/1", {READ, WRITE, ADMIN}),
        ("GET", "/api/v1/repository/a.example/b/tag/", {READ, WRITE, ADMIN}),
        ("GET", "/metrics", {READ, WRITE, ADMIN}),
        ("GET", "/openapi.json", {READ, WRITE, ADMIN}),
        ("GET", "/somewhere", {READ, WRITE, ADMIN}),
        ("DELETE", "/api/watches?pattern=a.example/b", {WRITE, ADMIN}),
        ("POST", "/api/watches", {WRITE, ADMIN}),
        ("PATCH", "/api/watches", {WRITE, ADMIN}),
        ("POST", "/api/hints", {HOOK, ADMIN}),
        ("GET", "/api/tokens", {ADMIN}),
        ("POST", "/api/tokens", {ADMIN}),
        ("DELETE", "/api/tokens/x", {ADMIN}),
        ("GET", "/healthz", {READ, WRITE, ADMIN, HOOK, "nobody", ""}),
        ("GET", "/readyz", {READ, WRITE, ADMIN, HOOK, "nobody", ""}),
        ("POST", "/hooks/zot/x", {READ, WRITE, ADMIN, HOOK, "nobody", ""}),
    ],
)
async def test_scopes(service, tokens, method, target, allowed):
    for token in (READ, WRITE, ADMIN, HOOK, "nobody", ""):
        headers = bearer(token) if token else {}
        status = (await ask(app(service), target, method=method, headers=headers)).status
        refused = 403 if token in (READ, WRITE, HOOK) else 401
        assert (status == refused) == (token not in allowed), (token, status)


async def test_a_token_may_be_a_password(service, tokens):
    for credentials, status in [(f"anybody:{READ}", 200), (f":{READ}", 200), (READ, 401), ("x:nobody", 401)]:
        headers = {"authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"}
        assert (await ask(app(service), "/api/watches", headers=headers)).status == status


async def test_a_revoked_token_opens_nothing_two_seconds_later(service, time, tokens):
    application = app(service)
    assert (await ask(application, "/api/watches", headers=bearer(READ))).status == 200
    service.tokens.revoke(READ, now=time.moment)
    time.pass_by(2.1)
    assert (await ask(application, "/api/watches", headers=bearer(READ))).status == 401


async def test_each_token_has_a_rate_of_its_own(service, time, tokens):
    application = app(service, rate=Budget(rate=2, burst=3))
    statuses = [(await ask(application, "/api/watches", headers=bearer(READ))).status for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = await ask(application, "/api/watches", headers=bearer(READ))
    assert refused.headers["retry-after"] == "1"
    assert (await ask(application, "/api/watches", headers=bearer(WRITE))).status == 200
    time.pass_by(0.5)
    assert (await ask(application, "/api/watches", headers=bearer(READ))).status == 200


async def test_when_tokens_were_used_is_written_now_and_then(service, time, tokens):
    access = Access(service, is_loopback=True)
    application = App(service, access)
    time.pass_by(61)
    await ask(application, "/api/watches", headers=bearer(READ))
    first = time.moment
    time.pass_by(1)
    await ask(application, "/api/watches", headers=bearer(WRITE))
    used = {token.name: token.last_used_at for token in service.tokens.tokens()}
    assert (used[READ], used[WRITE]) == (first, None)
    await access.close()
    assert {token.name: token.last_used_at for token in service.tokens.tokens()}[WRITE] == time.moment


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 404),
        ({"sec-fetch-site": "same-origin"}, 404),
        ({"sec-fetch-site": "none"}, 404),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://127.0.0.1:8750"}, 404),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
async def test_a_page_of_another_site_changes_nothing(service, time, headers, status):
    target = "/api/watches?pattern=a.example/b"
    assert (await ask(app(service), target, method="DELETE", headers=headers)).status == status
    give(service, WRITE, Scope.WRITE, time.moment)
    password = base64.b64encode(f"x:{WRITE}".encode()).decode()
    with_token = {**headers, "authorization": f"Basic {password}"}
    assert (await ask(app(service), target, method="DELETE", headers=with_token)).status == status


def test_reading_is_never_forged():
    scope = {"method": "GET", "headers": [(b"origin", b"http://evil.example")]}
    assert not is_forged(scope)


@pytest.mark.parametrize(
    ("text", "token"),
    [
        (None, None),
        ("", None),
        ("Bearer", None),
        ("Bearer ", None),
        ("bearer  x ", "x"),
        ("Basic x", None),
        ("Basic /w==", None),
        ("Basic YTo=", None),
        ("Digest x", None),
    ],
)
def test_what_is_presented(text, token):
    assert presented(text) == token


def test_no_host_is_no_browsers():
    assert is_own_name(None)


def test_what_looks_like_tokens_is_not_open():
    assert needed("GET", "/api/tokensx") is Scope.READ
    assert needed("GET", "/healthz/x") is Scope.READ
    assert needed("POST", "/hooks") is Scope.WRITE
