"""The record of a registry, read in whichever shape it tells it: Chainguard's, the draft OCI extension, Quay's."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from tagwake.core.errors import InvalidAnswer
from tagwake.core.reference import Stream
from tagwake.core.resolution import Failure, Unresolved
from tagwake.core.sighting import Sighting
from tagwake.formats.history import chainguard, oci, quay
from tagwake.formats.history.answer import MAX_BYTES
from tagwake.formats.history.next_page import read_next
from tagwake.ports.clock import Clock
from tagwake.ports.registry_pages import RegistryPage, RegistryPages
from tagwake.ports.registry_record import RecordKind, RegistryRecord

MOST_PAGES = 200
"""Pages that are read of one tag: 20,000 rows of Quay's, ten times as many of the others'."""
RECORDLESS = frozenset(
    {"docker.io", "ghcr.io", "gcr.io", "mcr.microsoft.com", "registry.k8s.io", "public.ecr.aws"}
)
"""Registries that keep no record of their tags which could be asked for; so do those below certain domains."""
_RECORDLESS_DOMAINS = (".gcr.io", ".pkg.dev", ".amazonaws.com", ".azurecr.io", ".gitlab.com")
_PAGE = 1000
_NAMED = {"cgr.dev": RecordKind.CHAINGUARD, "quay.io": RecordKind.QUAY}


class PagedRecords:
    """Reads the records of registries (:class:`tagwake.ports.registry_record.RegistryRecords`).

    :param clock: tells which of Quay's times lie ahead.
    :param is_brief: ask no host that is known to keep no record, and none again that had none of the first tag.
    """

    def __init__(self, pages: RegistryPages, clock: Clock, *, is_brief: bool = False) -> None:
        self._pages = pages
        self._clock = clock
        self._is_brief = is_brief
        self._first: dict[str, asyncio.Task[RegistryRecord | Unresolved | None]] = {}

    async def record(
        self, stream: Stream, kinds: Sequence[RecordKind] = ()
    ) -> RegistryRecord | Unresolved | None:
        """What the tag's registry says of it; ``None`` where it keeps no record.

        :param kinds: the shapes to ask for, the first that it knows is taken; without any those that its name suggests.
        """
        if not self._is_brief:
            return await self._record(stream, kinds)
        if stream.registry in RECORDLESS or stream.registry.endswith(_RECORDLESS_DOMAINS):
            return None
        first = self._first.get(stream.registry)
        if first is None:
            first = self._first[stream.registry] = asyncio.ensure_future(self._record(stream, kinds))
            return await first
        return None if await asyncio.shield(first) is None else await self._record(stream, kinds)

    async def _record(
        self, stream: Stream, kinds: Sequence[RecordKind]
    ) -> RegistryRecord | Unresolved | None:
        for kind in kinds or kinds_of(stream.registry):
            try:
                found = await self._read(kind, stream)
            except InvalidAnswer as error:
                if kind is not _NAMED.get(stream.registry) and not kinds:
                    continue  # it answers something at any path, and keeps no record
                return Unresolved(Failure.GARBAGE, f"{stream.registry}: {error}")
            if found is not None:
                return found
        return None

    async def _read(self, kind: RecordKind, stream: Stream) -> RegistryRecord | Unresolved | None:
        match kind:
            case RecordKind.CHAINGUARD:
                return await self._chainguard(stream)
            case RecordKind.OCI:
                return await self._oci(stream)
            case RecordKind.QUAY:
                return await self._quay(stream)

    async def _chainguard(self, stream: Stream) -> RegistryRecord | Unresolved | None:
        """Oldest first, a thousand at a time; there is no cursor, so that the next page begins at the last one's end."""
        told: dict[Sighting, None] = {}
        start: datetime | None = None
        url = ""
        for _ in range(MOST_PAGES):
            page = await self._page(stream, _chainguard_target(stream.tag, start))
            if not isinstance(page, RegistryPage):
                return page
            url = url or page.url
            read = chainguard.decode(page.body, stream)
            known = len(told)
            told |= dict.fromkeys(read)
            if len(read) < chainguard.LIMIT or len(told) == known:
                return RegistryRecord(RecordKind.CHAINGUARD, url, tuple(told))
            start = read[-1].seen_at
        return RegistryRecord(RecordKind.CHAINGUARD, url, tuple(told), is_whole=False)

    async def _oci(self, stream: Stream) -> RegistryRecord | Unresolved | None:
        """Newest first; the registry's own links lead from page to page."""
        pages: list[tuple[Sighting, ...]] = []
        target: Callable[[str], str] = lambda repository: oci.target(repository, stream.tag, n=_PAGE)  # noqa: E731
        url = ""
        while len(pages) < MOST_PAGES:
            page = await self._page(stream, target)
            if not isinstance(page, RegistryPage):
                return page
            url = url or page.url
            pages.append(oci.decode(page.body, stream))
            following = read_next(page.link)
            if following is None:
                return RegistryRecord(RecordKind.OCI, url, _oldest_first(pages))
            target = _constant(_on_same_host(page.url, following))
        return RegistryRecord(RecordKind.OCI, url, _oldest_first(pages), is_whole=False)

    async def _quay(self, stream: Stream) -> RegistryRecord | Unresolved | None:
        """Numbered pages, whose rows shift while somebody pushes: a row is told once."""
        rows: dict[quay.Lifetime, None] = {}
        url = ""
        is_whole = False
        for number in range(1, MOST_PAGES + 1):
            page = await self._page(stream, _quay_target(stream.tag, number), anonymous=True)
            if not isinstance(page, RegistryPage):
                return page
            url = url or page.url
            read = quay.decode(page.body)
            rows |= dict.fromkeys(read.lifetimes)
            is_whole = not read.has_additional
            if is_whole:
                break
        sightings = quay.sightings(rows, stream, self._clock.now())
        return RegistryRecord(RecordKind.QUAY, url, sightings, is_whole)

    async def _page(
        self, stream: Stream, target: Callable[[str], str], *, anonymous: bool = False
    ) -> RegistryPage | Unresolved | None:
        """One page; ``None`` where the registry has no such pages."""
        page = await self._pages.page(
            stream.registry, stream.repository, target, limit=MAX_BYTES, anonymous=anonymous
        )
        return page if isinstance(page, Unresolved) or page.status == 200 else None


def kinds_of(registry: str) -> tuple[RecordKind, ...]:
    """The shapes that a registry is asked for, by its name; any may have the OCI extension."""
    named = _NAMED.get(registry)
    if named is None and "quay" in registry:
        named = RecordKind.QUAY
    return (RecordKind.OCI,) if named is None else (named, RecordKind.OCI)


def _chainguard_target(tag: str, start: datetime | None) -> Callable[[str], str]:
    return lambda repository: chainguard.target(repository, tag, start=start)


def _quay_target(tag: str, number: int) -> Callable[[str], str]:
    return lambda repository: quay.target(repository, tag=tag, page=number)


def _constant(target: str) -> Callable[[str], str]:
    return lambda _: target


def _on_same_host(url: str, link: str) -> str:
    """Path and query of a link to the next page, as it stands.

    :raises InvalidAnswer: where it leads to another host: what was given to this one goes to no other.
    """
    here, there = urlsplit(url), urlsplit(urljoin(url, link))
    if (there.scheme, there.netloc) != (here.scheme, here.netloc) or not there.path.startswith("/"):
        raise InvalidAnswer("the next page of its tag history is on another host")
    return there.path + (f"?{there.query}" if there.query else "")


def _oldest_first(pages: Sequence[Sequence[Sighting]]) -> tuple[Sighting, ...]:
    return tuple(sighting for page in reversed(pages) for sighting in page)
