"""List tags: how a watch with a glob learns of new tags."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from tagwake.core.errors import InvalidAnswer, TagwakeError
from tagwake.core.resolution import Failure, Unresolved
from tagwake.formats.history.next_page import read_next
from tagwake.formats.registry.tag_list import MAX_BYTES, read_tags, target
from tagwake.ports.lease import RENEWAL
from tagwake.ports.list_queue import ListLease, ListQueue
from tagwake.ports.look_queue import LookQueue
from tagwake.ports.registry_pages import RegistryPages
from tagwake.ports.timing import Timing
from tagwake.verbs.look import PAUSE

EVERY = timedelta(hours=1)
"""Between two lists of one repository; a hint at the repository comes before it."""
RETRY = timedelta(minutes=10)
"""After a list that told nothing."""
MOST_PAGES = 200
AT_ONCE = 4
"""Lists of one process that are under way together."""
_TICK = 1.0

_log = logging.getLogger("tagwake.look")
_T = TypeVar("_T")


class TagLister:
    """Claims repositories whose list is due, and takes up the tags that watches follow.

    :param looks: whose budget of requests each page of a list after the first is taken from.
    :param threads: where the queues are asked; the event loop's own, where there is none.
    """

    def __init__(
        self,
        queue: ListQueue,
        looks: LookQueue,
        pages: RegistryPages,
        timing: Timing,
        *,
        threads: Executor | None = None,
        found: Callable[[], None] = lambda: None,
    ) -> None:
        self._queue = queue
        self._looks = looks
        self._pages = pages
        self._timing = timing
        self._threads = threads
        self._found = found

    async def run(self) -> None:
        """List until cancelled; what is under way then is due again when its lease runs out."""
        while True:
            try:
                listed = await self.run_once()
            except TagwakeError as error:
                _log.warning("lists of tags are held up: %s", error)
                listed = 0
            except Exception:  # noqa: BLE001 - whatever a driver raises while its database is away
                _log.exception("lists of tags are held up")
                listed = 0
            if not listed:
                await self._timing.sleep(_TICK)

    async def run_once(self) -> int:
        """List some of what is due at this moment; how many repositories."""
        leases = await self._call(lambda: self._queue.claim_lists(AT_ONCE, now=self._timing.now()))
        if leases:
            renewing = asyncio.create_task(self._renew(leases))
            try:
                async with asyncio.TaskGroup() as group:
                    for lease in leases:
                        group.create_task(self._list(lease))
            except* TagwakeError as errors:
                _log.warning("a list of tags is held up: %s", errors.exceptions[0])
            finally:
                renewing.cancel()
                await asyncio.gather(renewing, return_exceptions=True)
        return len(leases)

    async def _list(self, lease: ListLease) -> None:
        name = f"{lease.registry}/{lease.repository}"
        tags: tuple[str, ...] | None = None
        try:
            told = await self._tags(lease)
        except InvalidAnswer as error:
            _log.warning("the tags of %s are not known: %s: %s", name, lease.registry, error)
        else:
            if isinstance(told, Unresolved):
                _log.warning("the tags of %s are not known: %s", name, told.reason)
                if told.failure is Failure.RATE_LIMITED:
                    until = self._timing.now() + PAUSE
                    await self._call(lambda: self._looks.pause_host(lease.registry, until))
            else:
                tags = told
        now = self._timing.now()
        due = now + (RETRY if tags is None else EVERY) * (0.9 + 0.2 * self._timing.chance())
        if await self._call(lambda: self._queue.record_list(lease, tags, now=now, next_due=due)):
            self._found()

    async def _tags(self, lease: ListLease) -> tuple[str, ...] | Unresolved:
        """All tags, page by page.

        :raises InvalidAnswer: where a page is none.
        """
        tags: list[str] = []
        place: Callable[[str], str] = target
        for number in range(MOST_PAGES):
            if number:
                await self._budget(lease.registry)
            page = await self._pages.page(lease.registry, lease.repository, place, limit=MAX_BYTES)
            if isinstance(page, Unresolved):
                return page
            if page.status == 404:
                return ()
            if page.status != 200:
                raise InvalidAnswer(f"it answers {page.status} where it is asked for a list of tags")
            tags += read_tags(page.body)
            following = read_next(page.link)
            if following is None:
                break
            place = _constant(_on_same_host(page.url, following))
        return tuple(tags)

    async def _budget(self, host: str) -> None:
        while not await self._call(lambda: self._looks.take_budget(host, 1, now=self._timing.now())):
            await self._timing.sleep(_TICK)

    async def _renew(self, leases: tuple[ListLease, ...]) -> None:
        while True:
            await self._timing.sleep(RENEWAL.total_seconds())
            await self._call(lambda: self._queue.renew_lists(leases, now=self._timing.now()))

    async def _call(self, question: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, question)


def _constant(text: str) -> Callable[[str], str]:
    return lambda _: text


def _on_same_host(url: str, link: str) -> str:
    """Path and query of a link to the next page.

    :raises InvalidAnswer: where it leads to another host: what was given to this one goes to no other.
    """
    here, there = urlsplit(url), urlsplit(urljoin(url, link))
    if (there.scheme, there.netloc) != (here.scheme, here.netloc) or not there.path.startswith("/"):
        raise InvalidAnswer("the next page of its list of tags is on another host")
    return there.path + (f"?{there.query}" if there.query else "")
