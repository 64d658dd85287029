"""History in the shapes of registries: Chainguard's, the draft OCI extension's and Quay's, from the same rows."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from urllib.parse import quote, urlencode

import msgspec

from tagwake.core.digest import Digest
from tagwake.core.history_page import HistoryPage, HistoryQuery, select
from tagwake.core.manifest import Descriptor
from tagwake.core.reference import Stream
from tagwake.faces.service import route
from tagwake.faces.service.asgi import Answer, Receive, Scope, Send, problem, reply
from tagwake.faces.service.question import BadQuestion, Question
from tagwake.faces.service.route import Asked, BadName, NoSuchPath, Thing
from tagwake.formats.history import chainguard, oci, quay
from tagwake.formats.history.next_page import write_next
from tagwake.ports.history_store import HistoryStore, TagState
from tagwake.wiring.service import Service

OCI_DEFAULT = 100
OCI_MOST = 1000
"""Entries of a page of the OCI extension: without ``n``, and whatever ``n`` says."""

_OCI_PARAMETERS = ("n", "before", "since", "digest", "cursor")
_CODES = {"n": "PAGINATION_NUMBER_INVALID", "digest": "DIGEST_INVALID"}
_VERSION = (("docker-distribution-api-version", "registry/2.0"),)
_TAGS_AT_ONCE = 100
_ENDPOINTS = ["_oci/tag-history"]


class RegistryShapes:
    """Answers ``/v2/…`` and Quay's ``/api/v1/repository/…``, as an ASGI application."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI calls it
        """Answer one request."""
        await reply(await self.answer(scope), scope, send)

    async def answer(self, scope: Scope) -> Answer:
        """The answer to a request, whose body does not matter."""
        path: str = scope["path"]
        is_quay = path.startswith(route.QUAY)
        try:
            asked = route.parse(path)
            if scope["method"] not in ("GET", "HEAD"):
                return _refused(
                    405, "UNSUPPORTED", "history is read with GET", is_quay, (("allow", "GET, HEAD"),)
                )
            return await self._told(asked, path, scope["query_string"])
        except NoSuchPath:
            return _refused(
                404,
                "UNSUPPORTED",
                "tagwake serves the history of tags, and nothing else of a registry",
                is_quay,
            )
        except BadName as error:
            return _refused(400, error.code, str(error), is_quay)
        except BadQuestion as error:
            return _refused(400, _CODES.get(error.parameter, "UNSUPPORTED"), str(error), is_quay)

    async def _told(self, asked: Asked, path: str, query: bytes) -> Answer:
        match asked.thing:
            case Thing.PING:
                return Answer(200, b"{}", headers=_VERSION)
            case Thing.EXTENSIONS:
                return Answer(200, _extensions(), headers=_VERSION)
            case Thing.CHAINGUARD:
                return await self._chainguard(asked.stream, Question(query, ("start", "end")))
            case Thing.OCI:
                return await self._oci(asked.stream, path, Question(query, _OCI_PARAMETERS))
            case Thing.QUAY:
                known = ("specificTag", "filter_tag_name", "limit", "page", "onlyActiveTags")
                return await self._quay(asked, Question(query, known))

    async def _chainguard(self, stream: Stream, question: Question) -> Answer:
        start, end = question.moment("start", up=True), question.moment("end")
        timeline = await self._service.call(self._service.history.timeline, stream)
        return Answer(200, chainguard.encode(timeline.moves, start, end), headers=_VERSION)

    async def _oci(self, stream: Stream, path: str, question: Question) -> Answer:
        query = HistoryQuery(
            question.number("n", OCI_DEFAULT, OCI_MOST),
            question.moment("before", up=True),
            question.moment("since"),
            question.digest("digest"),
            question.cursor("cursor"),
        )
        page, known = await self._service.call(_page, self._service.history, stream, query)
        headers = list(_VERSION)
        if page.next is not None:
            kept = question.kept(("before", "since", "digest"))
            parameters = {"n": str(query.limit), **kept, "cursor": str(page.next)}
            headers.append(("link", write_next(f"{quote(path, safe='/:[]')}?{urlencode(parameters)}")))
        return Answer(200, oci.encode(page.moves, known), oci.MEDIA_TYPE, tuple(headers))

    async def _quay(self, asked: Asked, question: Question) -> Answer:
        limit = question.number("limit", quay.DEFAULT_LIMIT, quay.MAX_LIMIT)
        number = question.number("page", 1, 10**9)
        if limit == 0 or number == 0:
            name = "limit" if limit == 0 else "page"
            raise BadQuestion(name, f"{name} is 1 or more")
        wanted = _TagFilter(question)
        skipped = (number - 1) * limit
        rows, known = await self._service.call(_rows, self._service.history, asked, wanted, skipped, limit)
        body = quay.encode(rows[:limit], known, page=number, has_additional=len(rows) > limit)
        return Answer(200, body)


class _TagFilter:
    """Which tags of a repository Quay is asked for: one, those like a text, or all; and whether only living ones."""

    def __init__(self, question: Question) -> None:
        self.exact = question.text("specificTag")
        self.part = ""
        text = question.text("filter_tag_name")
        if text is not None:
            operator, colon, operand = text.partition(":")
            if not colon or operator not in ("eq", "like"):
                raise BadQuestion("filter_tag_name", "filter_tag_name is like:TEXT or eq:TAG")
            if operator == "like":
                self.part = operand.strip("%")
            elif self.exact in (None, operand):
                self.exact = operand
            else:
                self.exact = ""
        flag = (question.text("onlyActiveTags") or "false").lower()
        if flag not in ("true", "false", "1", "0"):
            raise BadQuestion("onlyActiveTags", "onlyActiveTags is true or false")
        self.is_active = flag in ("true", "1")

    def fits(self, tag: str) -> bool:
        return self.exact in (None, tag) and self.part in tag


def _page(
    history: HistoryStore, stream: Stream, query: HistoryQuery
) -> tuple[HistoryPage, dict[Digest, Descriptor]]:
    page = select(lambda limit, before: history.newest_moves(stream, limit, before), query)
    return page, _known(history, (digest for move in page.moves if (digest := oci.described(move))))


def _rows(
    history: HistoryStore, asked: Asked, wanted: _TagFilter, skipped: int, limit: int
) -> tuple[list[quay.Lifetime], dict[Digest, Descriptor]]:
    """The rows of a page and one more, newest first, and by name where two began at once (as Quay orders them).

    Tags are read from the one that moved last on, and no further than rows of the page can be.
    """
    needed = skipped + limit + 1
    rows: list[quay.Lifetime] = []
    for tags in _tags(history, asked, wanted):
        if len(rows) >= needed and all(
            _second(tag.moved_at) < _second(rows[needed - 1].start) for tag in tags
        ):
            break
        rows += [
            row
            for tag in tags
            for row in quay.lifetimes(tag.stream.tag, history.timeline(tag.stream).moves)
            if not wanted.is_active or row.end is None
        ]
        rows.sort(key=lambda row: row.tag)
        rows.sort(key=lambda row: _second(row.start), reverse=True)
    chosen = rows[skipped:needed]
    return chosen, _known(history, (row.digest for row in chosen[:limit]))


def _tags(history: HistoryStore, asked: Asked, wanted: _TagFilter) -> Iterator[Sequence[TagState]]:
    """The tags that are wanted, some at a time, what moved last first."""
    if wanted.exact is not None:
        named = history.tag(Stream(asked.registry, asked.repository, wanted.exact))
        if named is not None and wanted.fits(wanted.exact):
            yield (named,)
        return
    after = None
    while tags := history.tags(asked.registry, asked.repository, _TAGS_AT_ONCE, after=after):
        yield [tag for tag in tags if wanted.fits(tag.stream.tag)]
        after = (tags[-1].moved_at, tags[-1].stream.tag)


def _second(moment: datetime) -> int:
    return int(moment.timestamp())


def _known(history: HistoryStore, digests: Iterable[Digest]) -> dict[Digest, Descriptor]:
    """What looks told of these; one without a media type was imported, and nobody has looked."""
    return {
        digest: Descriptor(digest, known.media_type, known.size)
        for digest, known in history.known_all(set(digests)).items()
        if known.media_type is not None
    }


def _extensions() -> bytes:
    return msgspec.json.encode(
        {
            "extensions": [
                {
                    "name": "_oci",
                    "description": "where each tag has been",
                    "url": "https://github.com/opencontainers/distribution-spec/pull/606",
                    "endpoints": _ENDPOINTS,
                }
            ]
        }
    )


def _refused(
    status: int, code: str, message: str, is_quay: bool, headers: tuple[tuple[str, str], ...] = ()
) -> Answer:
    if is_quay:
        return problem(status, message, headers)
    body = msgspec.json.encode({"errors": [{"code": code, "message": message, "detail": None}]})
    return Answer(status, body, headers=(*_VERSION, *headers))
