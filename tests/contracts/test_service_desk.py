"""The desk of the service: its own database, and a running service over its API, do the same."""

import contextlib

import pytest
from tests.adapters.scripted import FakeTime
from tests.faces.service.running import running
from tests.faces.service.stage import A, B, seen, service_on_twins

from tagwake.adapters.http import open_http
from tagwake.adapters.service_api.client import ServiceClient
from tagwake.adapters.service_api.desk import ApiDesk
from tagwake.core.access import Scope
from tagwake.core.errors import UsageRefused
from tagwake.core.event import EventType
from tagwake.core.hook_login import BodySignature, PathToken, SharedHeader
from tagwake.core.hook_source import HookSource
from tagwake.core.image_glob import ImageGlob
from tagwake.core.patience import Patience
from tagwake.core.subscription import Subscription
from tagwake.core.watch_pattern import WatchPattern
from tagwake.faces.service.access import Access
from tagwake.faces.service.app import App
from tagwake.ports.source_store import Unread
from tagwake.verbs.store_desk import StoreDesk

IMAGE = "registry.example:5000/team/app:1.2"
URL = "https://chat.example/hook?token=s3cret"


@pytest.fixture
def service():
    return service_on_twins()


@pytest.fixture(params=["database", "api"])
async def desk(request, service):
    async with contextlib.AsyncExitStack() as stack:
        if request.param == "database":
            yield StoreDesk(
                history=service.history,
                feed=service.feed,
                watches=service.watches,
                sources=service.sources,
                subscriptions=service.subscriptions,
                tokens=service.tokens,
                by="api",
                now=service.timing.now,
                random_bytes=service.random_bytes,
            )
            return
        url = stack.enter_context(running(App(service, Access(service, is_loopback=True))))
        http = await stack.enter_async_context(open_http({}, Patience(), FakeTime().timing))
        yield ApiDesk(ServiceClient(http, url, None))


async def test_watches(desk):
    patterns = [WatchPattern.parse(IMAGE), WatchPattern.parse("debian:1?", signatures=True)]
    assert await desk.watch(patterns) == 2
    assert await desk.watch(patterns) == 0
    told = await desk.watches()
    assert {each.pattern for each in told} == set(patterns)
    assert {each.by for each in told} == {"api"}
    assert await desk.unwatch(patterns[0])
    assert not await desk.unwatch(patterns[0])
    assert [each.pattern for each in await desk.watches()] == patterns[1:]


async def test_imports(desk, service):
    sightings = [
        seen(IMAGE, 0, A, "import:csv"),
        seen(IMAGE, 1, B, "import:csv"),
        seen(IMAGE, 2, None, "import:csv"),
    ]
    done = await desk.import_sightings(iter(sightings))
    assert (done.sightings, done.moves, done.corrected) == (3, 3, 0)
    assert (await desk.import_sightings(sightings)).moves == 0
    assert [move.digest for move in service.history.timeline(sightings[0].stream).moves] == [A, B, None]


async def test_tokens(desk, service):
    assert await desk.tokens() == ()
    text = await desk.give_token("ci", [Scope.ADMIN])
    assert text.startswith("tagwake_")
    (kept,) = service.tokens.tokens()
    assert (kept.name, kept.scopes) == ("ci", frozenset({Scope.ADMIN}))


@pytest.mark.parametrize(
    "source",
    [
        HookSource("zot", "home", SharedHeader("authorization", ("s3cret-s3cret",)), "zot.example"),
        HookSource("gitea", "forge", BodySignature(("s3cret-s3cret",)), "gitea.example"),
        HookSource("quay", "main", PathToken(()), None, (("team", "crew"),)),
    ],
    ids=lambda source: source.kind,
)
async def test_sources(desk, service, source):
    place = await desk.add_source(source)
    assert place.is_new
    assert place.path.startswith(f"/hooks/{source.kind}/{source.name}")
    assert not (await desk.add_source(source)).is_new
    (health,) = await desk.sources()
    assert (health.kind, health.name, health.accepted) == (source.kind, source.name, 0)
    kept = service.sources.source(source.kind, source.name)
    assert (kept.registry, kept.renames) == (source.registry, source.renames)
    assert type(kept.login) is type(source.login)
    assert await desk.remove_source(source.kind, source.name)
    assert not await desk.remove_source(source.kind, source.name)


async def test_refusals_and_what_is_parked(desk, service):
    await desk.add_source(
        HookSource("zot", "home", SharedHeader("authorization", ("s3cret-s3cret",)), "zot.example")
    )
    now = service.timing.now()
    service.sources.refused("zot", "home", ["no credential"], count=1, now=now)
    service.sources.park([Unread("zot", "home", "no JSON", 1, b"{")], now=now)
    assert [(each.at, each.reason) for each in await desk.refusals("zot", "home")] == [(now, "no credential")]
    for kind, name in ((None, None), ("zot", "home")):
        (parked,) = await desk.parked(10, kind, name)
        assert (parked.kind, parked.name, parked.reason, parked.size, parked.body) == (
            "zot",
            "home",
            "no JSON",
            1,
            b"{",
        )


async def test_what_the_service_refuses_is_said_in_its_words(desk):
    with pytest.raises(UsageRefused, match="nowhere"):
        await desk.add_source(HookSource("nowhere", "home", PathToken(())))


async def test_subscriptions(desk):
    wanted = Subscription(
        "chat", URL, frozenset({EventType.MOVED}), (ImageGlob("ghcr.io/acme/*"),), (ImageGlob("debian"),)
    )
    key = await desk.subscribe(wanted, secret=None, after=None, signature="hmac")
    assert key.secret.startswith("whsec_")
    assert key.public_key is None
    other = await desk.subscribe(Subscription("ops", URL), secret=None, after=0, signature="ed25519")
    assert other.secret is None
    assert other.public_key.startswith("whpk_")
    first, second = await desk.subscriptions()
    assert (first.name, first.host, first.types) == ("chat", "chat.example", frozenset({EventType.MOVED}))
    assert (first.images, first.excepted) == (("ghcr.io/acme/*",), ("debian",))
    assert (second.name, second.behind, second.dead, second.stopped_at) == ("ops", 0, 0, None)
    assert "s3cret" not in repr(first) + repr(key)


async def test_a_subscription_is_stopped_resumed_set_back_and_removed(desk):
    await desk.subscribe(Subscription("chat", URL), secret=None, after=0, signature="hmac")
    assert await desk.stop("chat", "moving house")
    (told,) = await desk.subscriptions()
    assert told.stopped_because == "moving house"
    assert await desk.resume("chat")
    assert (await desk.subscriptions())[0].stopped_at is None
    assert await desk.replay("chat", 0)
    assert await desk.attempts("chat", 10) == ()
    assert await desk.dead_letters(10, None) == await desk.dead_letters(10, "chat") == ()
    assert await desk.revive("chat", {1, 2}) == 0
    assert await desk.unsubscribe("chat")
    for gone in (
        desk.stop("chat", "x"),
        desk.resume("chat"),
        desk.replay("chat", 0),
        desk.unsubscribe("chat"),
    ):
        assert not await gone
