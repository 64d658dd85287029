"""The pages over twins: what is where, who may see it, and which forms are taken."""

import re
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from tests.faces.service.stage import A, B, C, Time, ask, record, seen, service_on_twins

from tagwake.core.access import Scope, token_hash, token_text
from tagwake.core.errors import StoreFailed
from tagwake.core.hook_login import SharedHeader
from tagwake.core.hook_source import HookSource
from tagwake.core.secret import Secret
from tagwake.core.subscription import Subscription
from tagwake.faces.service.access import Access
from tagwake.faces.service.app import App
from tagwake.faces.service.web.cookies import FORM, TOKEN, form_mark, is_marked, read_cookies
from tagwake.faces.service.web.pages import Pages
from tagwake.faces.service.web.visit import is_own_path
from tagwake.ports.source_store import Unread

IMAGE = "registry.example:5000/team/app:1.2"
READER, WRITER, HOOKER = (token_text(bytes([number]) * 32) for number in (1, 2, 3))
VOID = {"meta", "link", "input", "br", "wbr", "path", "rect", "circle", "line"}


class Outline(HTMLParser):
    """Checks that elements are closed in order, and gathers what tests ask for."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.headings = [], [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        values = dict(attrs)
        assert len(values) == len(attrs), f"an attribute stands twice: {attrs}"
        assert "style" not in values
        assert not [name for name in values if name.startswith("on")]
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "a":
            self.links.append(values["href"])
        if tag in ("h1", "h2"):
            self.headings.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def app_on(service):
    access = Access(service, is_loopback=True)
    pages = Pages(service, access)
    return App(service, access, pages=pages, refuse=pages.refuse)


@pytest.fixture
def service():
    service = service_on_twins(Time())
    record(service, seen(IMAGE, 0, A), seen(IMAGE, 1500, B), seen(IMAGE, 2500, A), seen(IMAGE, 3500, None))
    record(service, seen("registry.example:5000/team/app:latest", 0, A, "import:csv"))
    service.sources.put(HookSource("zot", "edge", SharedHeader("authorization", ("s",))), now=now(service))
    service.sources.park([Unread("zot", "edge", "the body is no JSON", 9, b"<script>")], now=now(service))
    service.sources.refused("zot", "edge", ["no credential"], count=1, now=now(service))
    service.subscriptions.add(
        Subscription("deploys", "https://hooks.example/secret-path"),
        [Secret("whsec_x")],
        after=0,
        now=now(service),
    )
    return service


@pytest.fixture
def app(service):
    return app_on(service)


def now(service):
    return service.timing.now()


def give(service, name, text, *scopes):
    service.tokens.add(name, token_hash(text), scopes, now=now(service))


def text_of(told):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", told.body.decode()))


PAGES = [
    "/",
    "/repositories",
    "/registry.example:5000/team/app",
    f"/{IMAGE}",
    f"/{A}",
    "/events",
    "/deliveries",
    "/deliveries/deploys",
    "/sources",
    "/sources/zot/edge",
    "/search?q=team",
    "/search?q=nothing-like-it",
    "/sign-in",
    "/nothing",
    f"/{IMAGE}?span=all",
    f"/events?image={IMAGE}&before=3",
]


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_whole(app, path):
    told = await ask(app, path)
    if told.status == 303:
        told = await ask(app, told.headers["location"])
    assert told.headers["content-type"] == "text/html; charset=utf-8"
    outline = Outline(told.body.decode())
    assert outline.headings[0] == "h1"
    assert outline.headings.count("h1") == 1
    assert len(set(outline.ids)) == len(outline.ids)
    assert "<script>" not in told.body.decode()


@pytest.mark.parametrize("path", PAGES)
async def test_links_lead_to_pages(app, path):
    told = await ask(app, path)
    if told.status != 200:
        return
    for link in sorted(set(Outline(told.body.decode()).links)):
        if link.startswith("#"):
            continue
        assert (await ask(app, link)).status == 200, f"{path} links to {link}"


@pytest.mark.parametrize("path", PAGES)
async def test_an_empty_service_has_every_page(path):
    told = await ask(app_on(service_on_twins()), path)
    assert told.status in (200, 303, 404)
    Outline(told.body.decode())


async def test_an_empty_service_teaches_the_command():
    app = app_on(service_on_twins())
    for path, command in [
        ("/", "tagwake watch add cgr.dev/chainguard/go:latest"),
        ("/repositories", "tagwake watch add"),
        ("/events", "tagwake watch add"),
        ("/deliveries", "tagwake subscription add"),
        ("/sources", "tagwake source add"),
        (f"/{IMAGE}", f"tagwake watch add {IMAGE}"),
        ("/registry.example/team/app", "tagwake watch add &#39;registry.example/team/app:*&#39;"),
    ]:
        assert command in (await ask(app, path)).body.decode()


async def test_home_says_what_needs_a_person(service, app):
    text = text_of(await ask(app, "/"))
    assert "source fails zot/edge" in text
    assert "Nothing: no rollback" not in text
    record(service, seen(IMAGE, 30 * 86_400_000 - 9000, B), seen(IMAGE, 30 * 86_400_000 - 8000, A))
    text = text_of(await ask(app, "/"))
    assert "rollback registry.example:5000/team/app:1.2" in text
    service.subscriptions.stop("deploys", "410 Gone", now=now(service))
    assert "stopped deploys 410 Gone" in text_of(await ask(app, "/"))


async def test_a_stream_tells_its_moves(app):
    told = await ask(app, f"/{IMAGE}")
    text = text_of(told)
    for said in (
        "moved back",
        "deleted",
        "first seen",
        "Moves known4",
        "4 weeks ago",
        "2026-01-01 00:00:00 to 00:00:01Z",
    ):
        assert said in text
    assert str(A) in told.body.decode()


async def test_the_log_is_paged_and_loses_nothing(service, app):
    many = "registry.example/team/many:1"
    record(service, *(seen(many, 1000 * number, (A, B, C)[number % 3]) for number in range(120)))
    path, positions = f"/{many}?span=all", []
    for _ in range(5):
        page = (await ask(app, path)).body.decode()
        positions += re.findall(r"2026-01-01T00:0\d:\d\d\.000Z", page[page.index('id="log"') :])
        found = re.search(r'href="([^"]+)" rel="next"', page)
        if found is None:
            break
        path = found[1].replace("&amp;", "&")
        assert "span=all" in path
    assert len(positions) == len(set(positions)) + 0 == 120


async def test_the_tags_of_a_repository_are_paged(service, app):
    record(service, *(seen(f"registry.example/team/many:{number}", number % 7, A) for number in range(60)))
    path, tags = "/registry.example/team/many", []
    while path:
        page = (await ask(app, path)).body.decode()
        tags += re.findall(r'class="tag" href="/registry.example/team/many:(\d+)"', page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        path = found[1].replace("&amp;", "&") if found else None
    assert sorted(map(int, tags)) == list(range(60))
    some = (await ask(app, "/registry.example/team/many?start=5")).body.decode()
    assert (
        re.findall(r'class="tag" href="/registry.example/team/many:(\d+)"', some).sort()
        == ["5", *(f"5{n}" for n in range(10))].sort()
    )


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (f"/search?q={IMAGE}", f"/{IMAGE}"),
        ("/search?q=registry.example:5000/team/app", "/registry.example:5000/team/app"),
        ("/search?q=aaaaaaa", f"/{A}"),
        (f"/search?q={A}", f"/{A}"),
        (f"/search?q={IMAGE}@{B}", f"/{B}"),
        ("/search?q=late", "/registry.example:5000/team/app:latest"),
        ("/search?q=", "/"),
        ("/debian:12", "/docker.io/library/debian:12"),
        (f"/{IMAGE}@{A}", f"/{A}"),
    ],
)
async def test_what_is_typed_leads_to_its_page(app, path, place):
    told = await ask(app, path)
    assert (told.status, told.headers["location"]) == (303, place)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/sha256:12", 404, "This is no digest"),
        (f"/{C}", 404, "No tag was ever seen to point to"),
        ("/a/B", 404, "no image either"),
        ("/" + "a" * 2000, 404, "too long"),
        ("/deliveries/none", 404, "There is no subscription none"),
        ("/sources/zot/none", 404, "There is no source zot/none"),
        ("/assets/0000/style.css", 404, "no such file"),
        (f"/{IMAGE}?span=3d", 400, "Span is one of"),
        (f"/{IMAGE}?page=x", 400, "no cursor"),
        (f"/{IMAGE}?page=1.1&page=1.1", 400, "twice"),
        ("/events?image=//", 400, "is no image"),
        ("/registry.example:5000/team/app?after=x", 400, "use it as it is"),
        ("/deliveries/deploys?before=x", 400, "Before is a time"),
    ],
)
async def test_errors_are_sentences_with_a_way_back(app, path, status, said):
    told = await ask(app, path)
    assert told.status == status
    assert said in text_of(told)
    assert 'href="/"' in told.body.decode()


async def test_other_methods_are_refused(app):
    assert (await ask(app, "/", method="PUT")).status == 405


async def test_a_database_that_does_not_answer_is_said_and_its_address_only_logged(service, caplog):
    from dataclasses import replace

    class Broken:
        def remarkable(self, limit, among):
            raise StoreFailed("postgresql://tagwake:***@db.internal/tagwake: connection refused")

    told = await ask(app_on(replace(service, feed=Broken())), "/")
    assert (told.status, told.headers["retry-after"]) == (503, "1")
    assert "The database does not answer, or refuses: the service" in text_of(told)
    assert b"db.internal" not in told.body
    assert b"refused" not in told.body
    (said,) = (each for each in caplog.records if each.message == "a page could not be shown")
    assert said.fields["reason"] == "postgresql://tagwake:***@db.internal/tagwake: connection refused"


async def test_assets_are_kept_by_browsers(app):
    page = (await ask(app, "/")).body.decode()
    for path in re.findall(r'(?:href|src)="(/assets/[^"]+)"', page):
        told = await ask(app, path)
        assert (told.status, told.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
        assert "://" not in told.body.decode().replace("http://www.w3.org/2000/svg", "")


async def test_a_parked_body_is_text(app):
    page = (await ask(app, "/sources/zot/edge")).body.decode()
    assert "&lt;script&gt;" in page


async def test_where_a_subscription_is_told_stays_secret(app):
    for path in ("/deliveries", "/deliveries/deploys"):
        page = (await ask(app, path)).body.decode()
        assert "hooks.example" in page
        assert "secret-path" not in page


def form(page, **fields):
    mark = re.search(r'name="mark" value="([0-9a-f]{64})"', page.body.decode())[1]
    return urlencode({"mark": mark, **fields}).encode()


def cookie(told):
    return told.headers["set-cookie"].partition(";")[0]


FORM_TYPE = {"content-type": "application/x-www-form-urlencoded", "origin": "http://127.0.0.1:8750"}


async def send(app, path, body, cookies):
    return await ask(app, path, method="POST", body=body, headers={**FORM_TYPE, "cookie": cookies})


async def test_signing_in_and_out(service, app):
    give(service, "ann", READER, Scope.READ)
    away = await ask(app, f"/{IMAGE}?span=all")
    assert (away.status, away.headers["location"]) == (303, f"/sign-in?to=/{IMAGE}%3Fspan%3Dall")
    assert "www-authenticate" not in away.headers
    page = await ask(app, away.headers["location"])
    assert page.status == 200
    given = page.headers["set-cookie"]
    assert "HttpOnly" in given
    assert "SameSite=Lax" in given
    taken = await send(app, "/sign-in", form(page, token=READER, to=f"/{IMAGE}?span=all"), cookie(page))
    assert (taken.status, taken.headers["location"]) == (303, f"/{IMAGE}?span=all")
    assert "HttpOnly" in taken.headers["set-cookie"]
    both = f"{cookie(page)}; {cookie(taken)}"
    inside = await ask(app, f"/{IMAGE}", headers={"cookie": both})
    assert inside.status == 200
    assert "Sign out" in inside.body.decode()
    assert (await ask(app, "/api/events", headers={"cookie": both})).status == 200
    out = await send(app, "/sign-out", form(inside), both)
    assert (out.status, out.headers["location"]) == (303, "/sign-in")
    assert "Max-Age=0" in out.headers["set-cookie"]


@pytest.mark.parametrize(
    ("token", "said"),
    [("tagwake_wrong", "opens nothing"), ("", "opens nothing"), (HOOKER, "does not allow reading")],
)
async def test_a_token_that_opens_nothing(service, app, token, said):
    give(service, "ann", READER, Scope.READ)
    give(service, "robot", HOOKER, Scope.HOOK)
    page = await ask(app, "/sign-in")
    told = await send(app, "/sign-in", form(page, token=token, to="//evil.example"), cookie(page))
    assert told.status == 403
    assert said in text_of(told)
    assert "evil" not in told.body.decode()
    assert token not in told.body.decode() or not token


async def test_a_revoked_token_is_asked_for_anew(service, app):
    give(service, "ann", READER, Scope.READ)
    service.tokens.revoke("ann", now=now(service))
    told = await ask(app, "/", headers={"cookie": f"{TOKEN}={READER}"})
    assert (told.status, told.headers["location"]) == (303, "/sign-in")


async def test_an_old_cookie_locks_nobody_out_where_no_token_is_needed(app):
    assert (await ask(app, "/", headers={"cookie": f"{TOKEN}={READER}"})).status == 200


async def test_a_cookie_changes_nothing_by_the_api(service, app):
    give(service, "ann", WRITER, Scope.WRITE)
    told = await ask(
        app,
        "/api/watches",
        method="POST",
        body=b'{"patterns": ["a/b"]}',
        headers={"cookie": f"{TOKEN}={WRITER}"},
    )
    assert told.status == 401
    assert service.watches.watches() == ()


async def test_forms_of_others_are_refused(service, app):
    page = await ask(app, "/deliveries/deploys")
    body = form(page, **{"do": "replay", "from": "1"})
    ours = cookie(page)
    assert (await send(app, "/deliveries/deploys", body, ours)).status == 303
    assert (await send(app, "/deliveries/deploys", body, f"{FORM}=other")).status == 403
    assert (await send(app, "/deliveries/deploys", body, "a=b")).status == 403
    no_mark = urlencode({"do": "replay", "from": "1"}).encode()
    assert (await send(app, "/deliveries/deploys", no_mark, ours)).status == 403
    assert (await send(app, "/deliveries/deploys", b"mark=" + b"a" * 70_000, ours)).status == 403
    foreign = await ask(
        app,
        "/deliveries/deploys",
        method="POST",
        body=body,
        headers={**FORM_TYPE, "cookie": ours, "sec-fetch-site": "cross-site"},
    )
    assert foreign.status == 403
    assert "A page of another site asked for this" in text_of(foreign)


async def test_replay_needs_the_scope_write(service, app):
    give(service, "ann", READER, Scope.READ)
    page = await ask(app, "/deliveries/deploys", headers={"cookie": f"{TOKEN}={READER}"})
    assert "Replay" not in text_of(page)
    body = form(page, **{"do": "replay", "from": "1"})
    told = await send(app, "/deliveries/deploys", body, f"{cookie(page)}; {TOKEN}={READER}")
    assert told.status == 403
    assert "ann has not got it" in text_of(told)


async def test_what_forms_do(service, app):
    page = await ask(app, "/deliveries/deploys")
    service.subscriptions.assign("deploys", 0, 4, {}, now=now(service))
    told = await send(app, "/deliveries/deploys", form(page, **{"do": "replay", "from": "2"}), cookie(page))
    assert (told.status, told.headers["location"]) == (303, "/deliveries/deploys?did=replay")
    assert service.subscriptions.assigned() == {"deploys": 1}
    assert "being sent again" in text_of(await ask(app, told.headers["location"]))
    service.subscriptions.stop("deploys", "by hand", now=now(service))
    stopped = await ask(app, "/deliveries/deploys")
    assert "Go on now" in text_of(stopped)
    await send(app, "/deliveries/deploys", form(page, do="resume"), cookie(page))
    assert service.subscriptions.health()[0].stopped_at is None
    for fields in ({"do": "replay", "from": "x"}, {"do": "nothing"}):
        assert (await send(app, "/deliveries/deploys", form(page, **fields), cookie(page))).status == 403
    assert (await send(app, "/deliveries/none", form(page, do="resume"), cookie(page))).status == 404
    assert (await send(app, "/events", form(page), cookie(page))).status == 405


def test_cookies_are_read_and_forms_are_marked():
    assert read_cookies("a=1; b=2=3;c; a=4") == {"a": "1", "b": "2=3"}
    assert read_cookies(None) == {}
    assert read_cookies("a=" + "1" * 9000) == {}
    mine = {FORM: "x", TOKEN: "y"}
    assert is_marked(mine, form_mark(mine))
    assert not is_marked({FORM: "x", TOKEN: "z"}, form_mark(mine))
    assert not is_marked({}, form_mark({}))
    assert not is_marked(mine, "ä")


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/", True),
        ("/a?b=c", True),
        ("//evil", False),
        ("/\\evil", False),
        ("https://evil", False),
        ("/a\nb", False),
    ],
)
def test_a_path_of_ours(path, own):
    assert is_own_path(path) is own
