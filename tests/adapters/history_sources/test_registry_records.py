"""The records of registries, from a real one of our own and from servers that answer as Chainguard's and Quay's do."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from tests.adapters.registries.asked import asking, told
from tests.adapters.scripted import serving

from tagwake.adapters.history_sources.registry_records import PagedRecords, kinds_of
from tagwake.core.digest import Digest
from tagwake.core.history import moves_of
from tagwake.core.reference import Stream
from tagwake.core.registry_rule import RegistryRule
from tagwake.core.resolution import Failure
from tagwake.core.sighting import Sighting
from tagwake.formats.history import chainguard, quay
from tagwake.ports.registry_record import RecordKind
from tagwake.testing.registry import EmbeddedRegistry, TokenAuth, answering
from tagwake.testing.twins.clock import ClockTwin

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@contextlib.asynccontextmanager
async def records(*rules, **options):
    async with asking(rules=rules, **options) as registries:
        yield PagedRecords(registries, ClockTwin(NOW))


def digest(number):
    return Digest("sha256", f"{number:064x}")


def play(name, host):
    """A name that is served by a host of this machine."""
    return RegistryRule(name, upstream=host)


@pytest.fixture
async def registry():
    async with EmbeddedRegistry(page=3) as running:
        yield running


async def test_the_extension_page_by_page_with_deletions(registry):
    pushed = []
    for seed in "abcdefgh":
        pushed.append(registry.store.push_image("team/app", "1", seed=seed))
        if seed == "d":
            registry.store.untag("team/app", "1")
    stream = Stream(registry.host, "team/app", "1")
    async with records() as asked:
        found = await asked.record(stream)
    assert found.kind is RecordKind.OCI
    assert found.is_whole
    assert found.url == f"{registry.url}/v2/team/app/_oci/tag-history/1"
    moves = moves_of(found.sightings)
    expected = [*pushed[:4], None, *pushed[4:]]
    assert [move.digest and str(move.digest) for move in moves] == expected
    assert len([request for request in registry.log if "tag-history" in request.path]) == 3


async def test_an_unknown_tag_has_an_empty_record_and_a_registry_without_one_has_none(registry):
    async with records() as asked:
        assert (await asked.record(Stream(registry.host, "team/app", "9"))).sightings == ()
    async with EmbeddedRegistry(tag_history=False) as without, records() as asked:
        assert await asked.record(Stream(without.host, "team/app", "1")) is None


async def test_a_token_is_asked_for_as_for_images():
    async with EmbeddedRegistry(auth=TokenAuth(anonymous=("pull",))) as registry, records() as asked:
        pushed = registry.store.push_image("team/app", "1", seed="a")
        found = await asked.record(Stream(registry.host, "team/app", "1"))
    assert [str(each.digest) for each in found.sightings] == [pushed]


async def test_a_registry_that_refuses_says_nothing_of_the_tag(registry):
    registry.faults.add(answering(403, path="*tag-history*"))
    async with records() as asked:
        found = await asked.record(Stream(registry.host, "team/app", "1"))
    assert told(found, Failure.FORBIDDEN).startswith(f"403 from {registry.host}")


async def test_a_link_to_another_host_is_not_followed():
    async def handle(request):
        return web.Response(
            text='{"schemaVersion":2,"manifests":[]}',
            headers={"Link": '<http://elsewhere.test/v2/x>; rel="next"'},
        )

    async with serving(handle) as server, records() as asked:
        found = await asked.record(Stream(server.host, "team/app", "1"), [RecordKind.OCI])
    assert "on another host" in told(found, Failure.GARBAGE)
    assert len(server.requests) == 1


def rows(count, *, equal=0):
    """Rows of Chainguard's, a second apart; the last `equal` of the first thousand are of one moment."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        Sighting(
            Stream("cgr.dev", "chainguard/go", "1"),
            start + timedelta(seconds=min(number, 1000 - equal) if number < 1000 else number),
            digest(number),
            "poll",
        )
        for number in range(count)
    ]


class Chainguard:
    """Its tag history, behind its token service: no token, no history, and no word in the refusal on where to get one."""

    def __init__(self, sightings, *, explains=True):
        self.moves = moves_of(sightings)
        self.explains = explains
        self.asked = []

    async def __call__(self, request):
        if request.path == "/token":
            assert request.query["scope"] == "repository:chainguard/go:pull"
            return web.json_response({"token": "anonymous"})
        if request.headers.get("Authorization") != "Bearer anonymous":
            realm = f'Bearer realm="http://{request.host}/token",service="cgr.dev"'
            says = self.explains or request.path == "/v2/"
            return web.Response(status=401, headers={"WWW-Authenticate": realm} if says else {})
        if request.path == "/v2/":
            return web.Response()
        self.asked.append(request.query_string)
        assert request.path == "/v2/chainguard/go/_chainguard/history/1"
        start = request.query.get("start")
        return web.Response(
            body=chainguard.encode(self.moves, None if start is None else datetime.fromisoformat(start))
        )


@pytest.mark.parametrize("explains", [True, False])
@pytest.mark.parametrize("count", [0, 3, 1000, 2500])
async def test_chainguards_record(count, explains):
    handler = Chainguard(rows(count), explains=explains)
    async with serving(handler) as server, records(play("cgr.dev", server.host)) as asked:
        found = await asked.record(Stream("cgr.dev", "chainguard/go", "1"))
    assert found.kind is RecordKind.CHAINGUARD
    assert [each.digest for each in found.sightings] == [digest(number) for number in range(count)]
    assert len(handler.asked) == 1 + count // 1000


async def test_rows_of_one_moment_at_the_end_of_a_page_are_not_lost():
    handler = Chainguard(rows(1500, equal=5))
    async with serving(handler) as server, records(play("cgr.dev", server.host)) as asked:
        found = await asked.record(Stream("cgr.dev", "chainguard/go", "1"))
    assert {each.digest for each in found.sightings} == {digest(number) for number in range(1500)}


class Quay:
    def __init__(self, lifetimes):
        self.lifetimes = lifetimes
        self.authorized = []

    async def __call__(self, request):
        assert request.path == "/api/v1/repository/team/app/tag/"
        self.authorized.append(request.headers.get("Authorization"))
        limit, page = int(request.query["limit"]), int(request.query["page"])
        chosen = [row for row in self.lifetimes if row.tag == request.query["specificTag"]]
        part = chosen[(page - 1) * limit : page * limit]
        return web.Response(body=quay.encode(part, {}, page=page, has_additional=len(chosen) > page * limit))


def lifetime(number, end=None, tag="1"):
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    return quay.Lifetime(tag, digest(number), start, end or start + timedelta(minutes=1))


async def test_quays_record_page_by_page():
    lifetimes = [lifetime(number) for number in reversed(range(250))] + [lifetime(7, tag="2")]
    handler = Quay(lifetimes)
    async with serving(handler) as server, records(play("quay.io", server.host)) as asked:
        found = await asked.record(Stream("quay.io", "team/app", "1"))
    assert (found.kind, found.is_whole) == (RecordKind.QUAY, True)
    assert [each.digest for each in found.sightings] == [*(digest(number) for number in range(250)), None]
    assert handler.authorized == [None] * 3


async def test_what_answers_anything_at_any_path_keeps_no_record():
    async def handle(request):
        return web.Response(text="<html>Welcome")

    async with serving(handle) as server, records(play("cgr.dev", server.host)) as asked:
        assert await asked.record(Stream(server.host, "team/app", "1")) is None
        assert "cannot be read" in told(
            await asked.record(Stream("cgr.dev", "team/app", "1")), Failure.GARBAGE
        )


def test_which_shapes_a_name_suggests():
    assert kinds_of("cgr.dev") == (RecordKind.CHAINGUARD, RecordKind.OCI)
    assert kinds_of("quay.acme.test") == (RecordKind.QUAY, RecordKind.OCI)
    assert kinds_of("docker.io") == (RecordKind.OCI,)
