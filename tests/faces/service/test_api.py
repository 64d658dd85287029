"""The service's own API, on twins."""

import asyncio
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.faces.service.stage import START, A, B, C, Time, ask, record, seen, service_on_twins, stream

from tagwake.core.history import Gap, moves_of
from tagwake.core.hook_login import BodySignature
from tagwake.core.hook_source import HookSource
from tagwake.core.look import Absent
from tagwake.faces.service.access import Access
from tagwake.faces.service.app import App
from tagwake.formats.api import history as told_history
from tagwake.formats.api.work import import_request
from tagwake.formats.history import native, renovate
from tagwake.formats.history.next_page import read_next
from tagwake.ports.subscription_store import DeadLetter

IMAGE = "registry.example:5000/team/app/web:1.2"
OTHER = "registry.example:5000/team/app/web:edge"
HISTORY = f"/api/history?image={IMAGE}"


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def service(time):
    return service_on_twins(time)


@pytest.fixture
def app(service):
    return App(service, Access(service, is_loopback=True))


async def send(app, method, target, body=None):
    return await ask(app, target, method=method, body=b"" if body is None else json.dumps(body).encode())


async def test_a_history_newest_first(app, service):
    record(service, seen(IMAGE, 0, A), seen(IMAGE, 1500, B), seen(IMAGE, 3000, None), seen(IMAGE, 4000, A))
    service.watches.work.gaps[stream(IMAGE)] = [Gap(START, START + timedelta(days=1))]
    log = native.decode((await ask(app, HISTORY)).body)
    assert (log.image, log.source, log.complete_since) == (IMAGE, "http://127.0.0.1:8750", START)
    assert log.moves == service.history.timeline(stream(IMAGE)).moves[::-1]
    assert log.gaps == (Gap(START, START + timedelta(days=1)),)
    assert log.moves[0].rollback


@given(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from([A, B, C, None])), max_size=15), st.integers(1, 4)
)
async def test_pages_of_a_history_lose_nothing(states, n):
    service = service_on_twins()
    app = SHARED_APP(service)
    sightings = [seen(IMAGE, *state) for state in states]
    record(service, *sightings)
    told, target = [], f"{HISTORY}&n={n}"
    while target is not None:
        page = await ask(app, target)
        told += native.decode(page.body).moves
        target = read_next(page.headers.get("link"))
    assert tuple(told) == moves_of(sightings)[::-1]


def SHARED_APP(service):
    from tagwake.faces.service.api import open_api

    return open_api(service, None)


async def test_a_history_from_then_on_and_before(app, service):
    record(service, *(seen(IMAGE, 1000 * number, (A, B)[number % 2]) for number in range(6)))
    target = f"{HISTORY}&since=2026-01-01T00:00:01Z&until=2026-01-01T00:00:04Z&n=2"
    first = await ask(app, target)
    second = await ask(app, read_next(first.headers["link"]))
    seconds = [move["seen_at"][17:19] for page in (first, second) for move in page.json["moves"]]
    assert (seconds, "link" in second.headers) == (["03", "02", "01"], False)
    only = await ask(app, f"{HISTORY}&digest={B}")
    assert {move["digest"] for move in only.json["moves"]} == {str(B)}


async def test_what_a_tag_was(app, service):
    record(service, seen(IMAGE, 0, A), seen(IMAGE, 1000, A), seen(IMAGE, 5000, B))
    for at, told in [
        ("2025-12-31T00:00:00Z", ("unknown", None, None)),
        ("2026-01-01T00:00:00.5Z", ("exact", str(A), None)),
        ("2026-01-01T00:00:03Z", ("within", str(A), str(B))),
        ("2026-01-01T01:00:06%2B01:00", ("exact", str(B), None)),
    ]:
        answer = (await ask(app, f"/api/live?image={IMAGE}&at={at}")).json
        assert (answer["certainty"], answer["digest"], answer["candidate"]) == told
    now = told_history.read_live((await ask(app, f"/api/live?image={IMAGE}")).body)
    assert (now.digest, now.at) == (str(B), service.timing.now())


async def test_every_tag_of_a_digest(app, service):
    record(service, seen(IMAGE, 0, A), seen(OTHER, 1000, A), seen(IMAGE, 2000, B))
    told = told_history.read_tags((await ask(app, f"/api/tags?digest={A}")).body)
    assert [(told_history.stream_of(tag), tag.until) for tag in told.tags] == [
        (stream(IMAGE), START + timedelta(seconds=2)),
        (stream(OTHER), None),
    ]
    assert (told.media_type, told.size) == ("application/vnd.oci.image.index.v1+json", 700)
    nothing = told_history.read_tags((await ask(app, f"/api/tags?digest={C}")).body)
    assert (nothing.tags, nothing.media_type) == ([], None)


async def test_since_when_we_know_a_digest(app, service):
    record(service, seen(IMAGE, 0, B, "import:csv"), seen(IMAGE, 1000, A), seen(IMAGE, 2000, B))
    for query, told in [
        ("", (B, START + timedelta(seconds=2))),
        (f"&digest={A}", (A, START + timedelta(seconds=1))),
        (f"&digest={C}", (C, None)),
        (f"@{A}", (A, START + timedelta(seconds=1))),
    ]:
        answer = await ask(app, f"/api/first-seen?image={IMAGE}{query}")
        assert told_history.read_first_seen(answer.body) == told
    nobody = await ask(app, "/api/first-seen?image=a.example/b:1")
    assert told_history.read_first_seen(nobody.body) == (None, None)


async def test_what_renovate_is_told(app, service):
    record(service, seen(IMAGE, 0, A), seen(OTHER, 1000, B, "import:csv"))
    gone = "registry.example:5000/team/app/web:gone"
    record(service, seen(gone, 0, C), seen(gone, 1, None))
    one = await ask(app, f"/api/first-seen?image={IMAGE}&format=renovate")
    assert renovate.decode(one.body) == (renovate.Release("1.2", A, START),)
    every = await ask(app, "/api/releases?image=registry.example:5000/team/app/web")
    assert renovate.decode(every.body) == (
        renovate.Release("1.2", A, START),
        renovate.Release("edge", B, None),
    )
    assert renovate.decode((await ask(app, f"/api/releases?image={OTHER}")).body)[0].tag == "edge"
    assert renovate.decode((await ask(app, "/api/releases?image=a.example/b")).body) == ()


async def test_the_feed(app, service):
    record(service, seen(IMAGE, 0, A), seen(OTHER, 1, A), seen(IMAGE, 2, B))
    events, following = told_history.read_events((await ask(app, "/api/events?n=2")).body)
    assert (events, following) == (tuple(service.feed.told[:2]), 2)
    rest = await ask(app, f"/api/events?after={following}")
    assert (len(rest.json["events"]), rest.json["next"], rest.json["newest"]) == (1, 3, 3)
    only = await ask(app, f"/api/events?image={OTHER}")
    assert [event["image"] for event in only.json["events"]] == [OTHER]
    nothing = await ask(app, "/api/events?after=3")
    assert (nothing.json["events"], nothing.json["next"]) == ([], 3)


async def test_who_waits_is_told_at_once(app, service):
    waiting = [
        asyncio.create_task(ask(app, f"/api/events?wait=60&image={image}")) for image in (IMAGE, IMAGE, OTHER)
    ]
    await asyncio.sleep(0)
    record(service, seen(IMAGE, 0, A))
    for told in await asyncio.gather(*waiting[:2]):
        assert [event["image"] for event in told.json["events"]] == [IMAGE]
    assert not waiting[2].done()
    app.leave()
    assert (await waiting[2]).json["events"] == []


async def test_a_wait_ends(app):
    assert (await ask(app, "/api/events?wait=0.01")).json["events"] == []


async def test_watches(app, service, time):
    told = await send(app, "POST", "/api/watches", {"patterns": ["debian:1*", "cgr.dev/chainguard/go"]})
    assert (told.status, told.json) == (200, {"added": 2})
    assert (await send(app, "POST", "/api/watches", {"patterns": ["debian:1*"]})).json == {"added": 0}
    listed = (await ask(app, "/api/watches")).json["watches"]
    assert [(watch["pattern"], watch["by"]) for watch in listed] == [
        ("cgr.dev/chainguard/go:*", "api"),
        ("docker.io/library/debian:1*", "api"),
    ]
    assert (await send(app, "DELETE", "/api/watches?pattern=debian:1*")).status == 204
    gone = await send(app, "DELETE", "/api/watches?pattern=debian:1*")
    assert (gone.status, gone.json["error"]) == (
        404,
        "docker.io/library/debian:1* is not followed: GET /api/watches lists what is",
    )


async def test_hints(app, service, time):
    await send(app, "POST", "/api/watches", {"patterns": [IMAGE]})
    (lease,) = service.looks.claim(9, now=time.moment)
    later = time.moment + timedelta(days=1)
    service.looks.record(lease, Absent(), now=time.moment, next_due=later)
    told = await send(app, "POST", "/api/hints", {"images": [IMAGE, "a.example/b:1", "a.example/b"]})
    assert (told.status, told.json) == (200, {"due": 1})
    (again,) = service.looks.claim(9, now=time.moment)
    assert (again.stream, again.how) == (stream(IMAGE), "hook:api")
    assert (await send(app, "POST", "/api/hints", {"images": ["A"]})).status == 400


async def test_an_import(app, service):
    sightings = [seen(IMAGE, 0, A, "import:csv"), seen(IMAGE, 5, None, "import:csv")]
    told = await ask(app, "/api/imports", method="POST", body=import_request(sightings))
    assert told.json == {"sightings": 2, "moves": 2, "corrected": 0}
    assert [move.digest for move in service.history.timeline(stream(IMAGE)).moves] == [A, None]
    assert (await ask(app, "/api/imports", method="POST", body=import_request(sightings))).json["moves"] == 0


async def test_sources(app, service, time):
    token = await send(
        app, "POST", "/api/sources", {"kind": "dockerhub", "name": "hub", "login": {"type": "path-token"}}
    )
    assert token.json["path"].startswith("/hooks/dockerhub/hub/")
    assert len(token.json["path"].rpartition("/")[2]) == 32
    login = {"type": "signature", "secrets": ["hunter2"]}
    source = {"kind": "gitea", "name": "main", "login": login, "registry": "Gitea.example:3000"}
    assert (await send(app, "POST", "/api/sources", source)).json == {
        "path": "/hooks/gitea/main",
        "new": True,
    }
    assert (await send(app, "POST", "/api/sources", source)).json["new"] is False
    assert service.sources.source("gitea", "main") == HookSource(
        "gitea", "main", BodySignature(("hunter2",)), "gitea.example:3000"
    )
    listed = await ask(app, "/api/sources")
    assert [each["name"] for each in listed.json["sources"]] == ["hub", "main"]
    assert b"hunter2" not in listed.body
    refused = await send(app, "POST", "/api/sources", {**source, "kind": "zut"})
    assert (refused.status, "there is no kind 'zut'" in refused.json["error"]) == (409, True)
    assert (await ask(app, "/api/sources/gitea/main/refusals")).json["refusals"] == []
    assert (await ask(app, "/api/sources/gitea/none/refusals")).status == 404
    assert (await ask(app, "/api/parked?kind=gitea&name=main")).json["parked"] == []
    assert (await send(app, "DELETE", "/api/sources/gitea/main")).status == 204
    assert (await send(app, "DELETE", "/api/sources/gitea/main")).status == 404


async def test_tokens(app, service, time):
    given_now = await send(app, "POST", "/api/tokens", {"name": "ops", "scopes": ["admin"]})
    assert given_now.status == 201
    time.pass_by(5)
    headers = {"authorization": f"Bearer {given_now.json['token']}"}
    assert (await ask(app, "/api/tokens")).status == 401
    (token,) = (await ask(app, "/api/tokens", headers=headers)).json["tokens"]
    assert (token["name"], token["scopes"], token["revoked_at"]) == ("ops", ["admin"], None)
    again = await ask(
        app,
        "/api/tokens",
        method="POST",
        headers=headers,
        body=b'{"name":"ops","scopes":["read"]}',
    )
    assert again.status == 409
    assert (await ask(app, "/api/tokens/none", method="DELETE", headers=headers)).status == 404
    assert (await ask(app, "/api/tokens/ops", method="DELETE", headers=headers)).status == 204


async def test_subscriptions(app, service, time):
    record(service, seen(IMAGE, 0, A))
    body = {
        "name": "team",
        "url": "https://receiver.example/hook?token=hunter2",
        "images": ["ghcr.io/acme/*"],
    }
    made = await send(app, "POST", "/api/subscriptions", body)
    assert (made.status, made.json["secret"][:6], made.json["public_key"]) == (201, "whsec_", None)
    assert service.subscriptions.assigned() == {"team": 1}
    assert (await send(app, "POST", "/api/subscriptions", body)).status == 409
    keyed = await send(
        app, "POST", "/api/subscriptions", {**body, "name": "keyed", "signature": "ed25519", "after": 0}
    )
    assert (keyed.json["secret"], keyed.json["public_key"][:5]) == (None, "whpk_")
    listed = await ask(app, "/api/subscriptions")
    assert [(each["name"], each["host"], each["assigned"]) for each in listed.json["subscriptions"]] == [
        ("keyed", "receiver.example", 0),
        ("team", "receiver.example", 1),
    ]
    assert b"hunter2" not in listed.body
    assert (
        await send(app, "POST", "/api/subscriptions/team/stop", {"because": "moving house"})
    ).status == 204
    (stopped,) = [
        each for each in (await ask(app, "/api/subscriptions")).json["subscriptions"] if each["stopped_at"]
    ]
    assert (stopped["name"], stopped["stopped_because"]) == ("team", "moving house")
    assert (await send(app, "POST", "/api/subscriptions/team/resume")).status == 204
    assert (await send(app, "POST", "/api/subscriptions/team/replay", {"after": 0})).status == 204
    assert (await ask(app, "/api/subscriptions/team/attempts")).json["attempts"] == []
    assert (await send(app, "POST", "/api/subscriptions/team/revive", {"cursors": [1]})).json == {
        "revived": 0
    }
    changed = await send(app, "POST", "/api/subscriptions/team/secret", {})
    assert changed.json["secret"].startswith("whsec_")
    signing = [each.reveal() for each in service.subscriptions.secrets("team")]
    assert (len(signing), signing[0]) == (2, changed.json["secret"])
    assert (await send(app, "POST", "/api/subscriptions/team/secret", {"secret": "hunter2"})).status == 409
    assert (await send(app, "DELETE", "/api/subscriptions/team")).status == 204
    for method, action, given_body in [
        ("DELETE", "", None),
        ("POST", "/stop", {"because": "x"}),
        ("POST", "/resume", None),
        ("POST", "/replay", {"after": 0}),
        ("POST", "/revive", {"cursors": [1]}),
        ("POST", "/secret", {}),
        ("GET", "/attempts", None),
    ]:
        assert (await send(app, method, f"/api/subscriptions/team{action}", given_body)).status == 404


async def test_dead_letters(app, service, time):
    from dataclasses import replace

    letter = DeadLetter("team", stream(IMAGE), 7, "410", 3, START)

    class Dead:
        def dead_letters(self, limit, *, name=None, before=None):
            return (letter,) if name in (None, "team") else ()

    app = App(replace(service, subscriptions=Dead()), Access(service, is_loopback=True))
    (told,) = (await ask(app, "/api/dead-letters")).json["dead_letters"]
    assert (told["image"], told["cursor"], told["reason"]) == (IMAGE, 7, "410")
    assert (await ask(app, "/api/dead-letters?subscription=x")).json["dead_letters"] == []


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("/api/history", "image"),
        ("/api/history?image=", "image"),
        ("/api/history?image=a.example/b", "has no tag"),
        ("/api/history?image=a.example/B:1", "a repository name is lower case"),
        (f"{HISTORY}&n=0", "n: "),
        (f"{HISTORY}&n=x", "n: "),
        (f"{HISTORY}&n=1001", "n: "),
        (f"{HISTORY}&since=yesterday", "since: 'yesterday' is no time"),
        (f"{HISTORY}&until=2026-01-01", "until: "),
        (f"{HISTORY}&digest=sha256:x", "digest: "),
        (f"{HISTORY}&cursor=1", "no cursor"),
        (f"/api/live?image={IMAGE}&at=now", "at: 'now' is no time"),
        ("/api/tags", "digest"),
        ("/api/tags?digest=md5:x", "digest algorithm md5 is not supported"),
        (f"/api/first-seen?image={IMAGE}&format=xml", "format"),
        ("/api/releases?image=A", "is no image reference"),
        ("/api/events?after=-1", "after: "),
        ("/api/events?wait=61", "wait: "),
        ("/api/events?image=a", "has no tag"),
    ],
)
async def test_what_cannot_be_read_is_one_line(app, target, told):
    answer = await ask(app, target)
    assert (answer.status, set(answer.json), answer.json["status"]) == (400, {"status", "error"}, 400)
    assert told in answer.json["error"]
    assert "\n" not in answer.json["error"]


@pytest.mark.parametrize(
    ("target", "body", "status", "told"),
    [
        ("/api/watches", b"", 400, ""),
        ("/api/watches", b"{", 400, ""),
        ("/api/watches", b'{"patterns":[]}', 400, "patterns"),
        ("/api/watches", b'{"patterns":["A"]}', 400, "'A' is no pattern of images"),
        ("/api/watches", b'{"patterns":["a"],"x":1}', 400, "x"),
        ("/api/imports", b'{"sightings":[{"image":"a:1"}]}', 400, "seen_at"),
        ("/api/imports", b" " * (8 * 1024 * 1024 + 1), 413, ""),
        ("/api/sources", b'{"kind":"zot","name":"x","login":{"type":"magic"}}', 400, "magic"),
        (
            "/api/sources",
            b'{"kind":"zot","name":"x","login":{"type":"basic","username":"u","passwords":["p"]},"registry":"a/b"}',
            400,
            "no host of a registry",
        ),
        ("/api/subscriptions", b'{"name":"x","url":"ftp://a"}', 409, "no http:// or https://"),
        ("/api/nothing", b"{}", 404, ""),
        ("/api/history", b"{}", 405, ""),
    ],
)
async def test_a_body_that_cannot_be_read_is_one_line(app, target, body, status, told):
    answer = await ask(app, target, method="POST", body=body)
    assert (answer.status, answer.json["status"]) == (status, status)
    assert told in answer.json["error"]
    assert "\n" not in answer.json["error"]
    if status == 405:
        assert "GET" in answer.headers["allow"]
