"""A running service as a source of history: pages, gaps, news, the feed."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.adapters.scripted import FakeTime
from tests.faces.service.running import running
from tests.faces.service.stage import START, A, B, record, seen, service_on_twins, stream

from tagwake.adapters.http import open_http
from tagwake.adapters.service_api.client import ServiceClient
from tagwake.adapters.service_api.history import ServiceSource
from tagwake.core.digest import Digest
from tagwake.core.event_chain import first_broken
from tagwake.core.history import Gap
from tagwake.core.patience import Patience
from tagwake.core.resolution import Unresolved
from tagwake.core.tag_log import LogRange
from tagwake.faces.service.access import Access
from tagwake.faces.service.app import App
from tagwake.testing.twins.watch_store import WatchStoreTwin

IMAGE = "registry.example:5000/team/app:1.2"


@contextlib.asynccontextmanager
async def source_of(service):
    time = FakeTime()
    with running(App(service, Access(service, is_loopback=True))) as url:
        async with open_http({}, Patience(), time.timing) as http:
            yield ServiceSource(ServiceClient(http, url, None), time.timing)


class Watches(WatchStoreTwin):
    """Knows one gap of every tag."""

    def __init__(self, gap):
        super().__init__()
        self.gap = gap

    def gaps(self, stream):
        return (self.gap,)


@pytest.fixture
def service():
    return service_on_twins()


async def test_what_it_has_recorded(service):
    record(service, seen(IMAGE, 0, A), seen(IMAGE, 1500, B), seen(IMAGE, 3000, A))
    gap = Gap(START, START + timedelta(seconds=1))
    service = replace(service, watches=Watches(gap))
    async with source_of(service) as source:
        log = await source.history(stream(IMAGE), LogRange())
        assert await source.history(stream("debian:12"), LogRange()) is None
    assert log.moves == tuple(reversed(service.history.timeline(stream(IMAGE)).moves))
    assert log.source in log.teller
    assert (log.complete_since, log.older, len(log.gaps)) == (START, 0, 1)
    assert log.account.endswith("but for the times in which it was not looking.")


async def test_many_pages_and_a_part(service):
    sightings = [
        seen(IMAGE, number * 1000, Digest("sha256", f"{number:064x}"), "import:csv") for number in range(2500)
    ]
    service.history.import_sightings(sightings, now=START)
    async with source_of(service) as source:
        everything = await source.history(stream(IMAGE), LogRange())
        assert [move.position for move in everything.moves] == list(range(2500, 0, -1))
        newest = await source.history(stream(IMAGE), LogRange(limit=3))
        assert ([move.position for move in newest.moves], newest.older) == ([2500, 2499, 2498], 2497)
        part = await source.history(
            stream(IMAGE), LogRange(START + timedelta(seconds=10), START + timedelta(seconds=12))
        )
        assert [move.position for move in part.moves] == [12, 11]


async def test_the_events_that_it_told_and_news(service):
    record(service, seen(IMAGE, 0, A), seen("debian:12", 10, A), seen(IMAGE, 1500, B))
    async with source_of(service) as source:
        told = await source.told(stream(IMAGE))
        assert told == service.feed.events(0, 10, stream(IMAGE))
        assert first_broken(told) is None
        await source.news(stream(IMAGE))  # where it stands
        record(service, seen(IMAGE, 3000, A))
        await source.news(stream(IMAGE))  # returns, for there is something


async def test_a_service_that_is_not_there():
    time = FakeTime()
    async with open_http({}, Patience(attempts=1), time.timing) as http:
        source = ServiceSource(ServiceClient(http, "http://127.0.0.1:1", None), time.timing)
        assert isinstance(await source.history(stream(IMAGE), LogRange()), Unresolved)
        assert isinstance(await source.told(stream(IMAGE)), Unresolved)
        await source.news(stream(IMAGE))
        await source.news(stream(IMAGE))
    assert time.slept[-1:] == [5.0]
