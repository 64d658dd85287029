"""Lists of tags: claimed, read page by page, and taken up."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from tests.adapters.registries.asked import asking

from tagwake.core.budget import Budget
from tagwake.core.reference import Stream
from tagwake.core.resolution import Failure, Unresolved
from tagwake.core.watch_pattern import WatchPattern
from tagwake.ports.registry_pages import RegistryPage
from tagwake.ports.timing import Timing
from tagwake.testing.registry.embedded import EmbeddedRegistry
from tagwake.testing.twins.history_store import HistoryStoreTwin
from tagwake.testing.twins.list_queue import ListQueueTwin
from tagwake.testing.twins.look_queue import LookQueueTwin
from tagwake.testing.twins.watch_store import WatchStoreTwin
from tagwake.testing.twins.work import Work
from tagwake.verbs.list_tags import EVERY, RETRY, TagLister
from tagwake.verbs.look import PAUSE

NOW = datetime(2026, 11, 1, tzinfo=UTC)
HOST = "registry.test"


@dataclass
class Pages:
    """Pages by their path and query."""

    pages: dict[str, RegistryPage | Unresolved]
    asked: list[str] = field(default_factory=list)

    async def page(
        self,
        registry: str,
        repository: str,
        target: Callable[[str], str],
        *,
        limit: int,
        anonymous: bool = False,
    ) -> RegistryPage | Unresolved:
        self.asked.append(target(repository))
        return self.pages[self.asked[-1]]


FIRST = "/v2/acme/api/tags/list?n=1000"


def page(body: str, link: str | None = None, status: int = 200) -> RegistryPage:
    return RegistryPage(f"https://{HOST}/v2/acme/api/tags/list", status, body.encode(), link)


def work_of(host: str = HOST, burst: float = 100.0) -> Work:
    work = Work(Budget(0.001, burst))
    WatchStoreTwin(work).watch([WatchPattern.parse(f"{host}/acme/api:1*")], by="test", now=NOW)
    return work


def lister(work: Work, pages: object, found: Callable[[], None] = lambda: None) -> TagLister:
    timing = Timing(lambda: NOW, lambda: 0.0, asyncio.sleep, lambda: 0.5)
    looks = LookQueueTwin(work, HistoryStoreTwin())
    return TagLister(ListQueueTwin(work), looks, pages, timing, found=found)  # type: ignore[arg-type]


async def test_tags_that_a_watch_follows_are_taken_up_and_due() -> None:
    work, told = work_of(), asyncio.Event()
    pages = Pages({FIRST: page('{"tags":["1","1.2","2"]}')})
    assert await lister(work, pages, told.set).run_once() == 1
    assert {stream.tag: row.due_at for stream, row in work.tags.items()} == {"1": NOW, "1.2": NOW}
    assert work.lists[HOST, "acme/api"].due_at == NOW + EVERY
    assert told.is_set()
    assert await lister(work, pages).run_once() == 0


async def test_pages_are_followed_and_each_is_of_the_budget() -> None:
    work = work_of(burst=2.0)
    second = "/v2/acme/api/tags/list?last=1&n=1"
    pages = Pages(
        {FIRST: page('{"tags":["1"]}', f'<{second}>; rel="next"'), second: page('{"tags":["1.2"]}')}
    )
    await lister(work, pages).run_once()
    assert pages.asked == [FIRST, second]
    assert {stream.tag for stream in work.tags} == {"1", "1.2"}
    assert work.hosts[HOST].tokens < 1


@pytest.mark.parametrize(
    "answer",
    [
        page("<html>"),
        page("", status=418),
        page('{"tags":["1"]}', '<https://elsewhere.test/v2/>; rel="next"'),
        Unresolved(Failure.UNAUTHORIZED, "401"),
    ],
)
async def test_what_is_no_list_takes_up_nothing_and_is_asked_for_again(
    answer: RegistryPage | Unresolved, caplog: pytest.LogCaptureFixture
) -> None:
    work = work_of()
    await lister(work, Pages({FIRST: answer})).run_once()
    assert not work.tags
    assert work.lists[HOST, "acme/api"].due_at == NOW + RETRY
    assert f"the tags of {HOST}/acme/api are not known" in caplog.text


async def test_a_host_that_has_too_many_requests_is_left_alone() -> None:
    work = work_of()
    await lister(work, Pages({FIRST: Unresolved(Failure.RATE_LIMITED, "429")})).run_once()
    assert work.hosts[HOST].paused_until == NOW + PAUSE


async def test_a_repository_that_is_not_there_has_no_tags() -> None:
    work = work_of()
    await lister(work, Pages({FIRST: page("{}", status=404)})).run_once()
    assert not work.tags
    assert work.lists[HOST, "acme/api"].due_at - NOW > timedelta(minutes=30)


async def test_a_registry_lists_its_tags() -> None:
    server = EmbeddedRegistry()
    for number in range(12):
        server.store.push_image("acme/api", str(number))
    async with server, asking() as registry:
        work = work_of(server.host)
        await lister(work, registry).run_once()
    assert set(work.tags) == {Stream(server.host, "acme/api", tag) for tag in ("1", "10", "11")}
