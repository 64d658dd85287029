"""Hooks in: ``POST /hooks/<kind>/<source>``, and a last segment for the token of a registry that offers nothing else.

A bare ASGI application with its own path parser. A delivery that proves where it comes from is answered 202 when what it
hints at is committed, be it garbage; what proves nothing is refused, and the reason counted. Neither bodies nor secrets
are logged or answered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from tagwake.core.errors import InvalidHook, UsageRefused
from tagwake.core.hook_login import BasicLogin, IdentityToken, PathToken
from tagwake.core.hook_source import HookSource
from tagwake.faces.service.asgi import TEXT, Answer, Receive, Scope, Send, problem, reply
from tagwake.faces.service.deadlines import Deadlines
from tagwake.faces.service.hook_batches import HookBatches, NotKept, TakenHook
from tagwake.faces.service.hook_directory import HookDirectory, SourcesUnknown
from tagwake.faces.service.hook_keys import HookKeys, KeysMissing
from tagwake.faces.service.hook_lessons import HookLessons
from tagwake.formats.webhook.delivery import Delivery
from tagwake.formats.webhook.kinds import KINDS, Kind
from tagwake.formats.webhook.proof import FORBIDDEN, UNAUTHORIZED, Denial, UnknownKey
from tagwake.formats.webhook.translation import translate
from tagwake.formats.webhook.verification import check_body, check_head
from tagwake.ports.clock import Clock
from tagwake.ports.source_store import PARKED_BYTES

PREFIX = "/hooks/"
READING = 20.0
"""Seconds in which a body has to arrive."""
MAX_DRAINED = 256 * 1_048_576
"""Bytes of a body that is too long which are read to its end, of a registry that would send it again for ever."""


@dataclass(slots=True)
class HookPath:
    """Where a delivery goes.

    :param token: the last segment, where there are four; it is a secret.
    """

    kind: str
    source: str
    token: str | None = field(default=None, repr=False)


def read_path(path: str) -> HookPath | None:
    """Read ``/hooks/<kind>/<source>[/<token>]``, percent-decoded; ``None`` where it is anything else."""
    parts = path.removeprefix(PREFIX).split("/") if path.startswith(PREFIX) else []
    if len(parts) not in {2, 3} or not all(parts):
        return None
    return HookPath(*parts)


class _Body(msgspec.Struct):
    """A body as far as it was read."""

    data: bytes
    size: int
    is_whole: bool = True


class _Gone(Exception):
    """Whoever was sending has hung up."""


_CLOSE = (("connection", "close"),)
_RETRY = (("retry-after", "5"),)
_TAKEN = Answer(202, media_type=TEXT)  # without a body it is sent in one write
_UNKNOWN = problem(404, "no such source of hooks: check the kind and the name in the path")
_WRONG_METHOD = problem(405, "hooks are sent by POST", (("allow", "POST"),))
_TOO_SLOW = problem(408, "the body did not arrive in time", _CLOSE)
_LATER = problem(503, "it could not be kept: send it again", _RETRY)


class Hooks:
    """The application; it answers requests whose path begins with ``/hooks/``."""

    def __init__(
        self,
        directory: HookDirectory,
        batches: HookBatches,
        keys: HookKeys,
        clock: Clock,
        *,
        note: Callable[[str, str, int], None],
    ) -> None:
        """:param note: told of each answer, by kind, source (empty where there is none such) and status."""
        self._directory, self._batches, self._keys, self._clock = directory, batches, keys, clock
        self._lessons = HookLessons()
        self._readings = Deadlines(READING)
        self._note = note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = read_path(scope["path"])
        try:
            source, answer = await self._answer(scope, receive, path)
        except _Gone:
            return
        if path is not None:
            known = source is not None
            self._note(path.kind if known else "", path.source if known else "", answer.status)
        await reply(answer, scope, send)

    async def _answer(
        self, scope: Scope, receive: Receive, path: HookPath | None
    ) -> tuple[HookSource | None, Answer]:
        kind = None if path is None else KINDS.get(path.kind)
        if path is None or kind is None:
            return None, _UNKNOWN
        try:
            source = await self._directory.find(path.kind, path.source)
        except UsageRefused as error:
            return None, problem(503, str(error), _RETRY)
        except SourcesUnknown:
            return None, _LATER
        if source is None or (path.token is not None and not isinstance(source.login, PathToken)):
            return None, _UNKNOWN
        if scope["method"] != "POST":
            return source, _WRONG_METHOD
        return source, await self._taken(kind, source, path, _headers(scope), receive)

    async def _taken(
        self, kind: Kind, source: HookSource, path: HookPath, headers: Mapping[str, str], receive: Receive
    ) -> Answer:
        denial = check_head(source.login, headers, path.token)
        if denial is not None:
            return self._denied(source, denial)
        try:
            body = await self._readings.within(_read(receive, headers, kind))
        except TimeoutError:
            return _TOO_SLOW
        if not body.is_whole and not kind.parks_oversize:
            return problem(413, f"a delivery of {kind.title} has at most {kind.limit} bytes", _CLOSE)
        if not body.is_whole:
            reason = f"it is longer than {kind.limit} bytes"
            return await self._kept(TakenHook(source.kind, source.name, (), reason, body.data, body.size))
        try:
            proven = await self._proven(kind, source, headers, body.data)
        except KeysMissing as error:
            return problem(503, f"its token cannot be checked: {error}", _RETRY)
        if isinstance(proven, Denial):
            return self._denied(source, proven)
        return await self._kept(self._read(kind, source, headers, proven))

    def _read(self, kind: Kind, source: HookSource, headers: Mapping[str, str], body: bytes) -> TakenHook:
        known = self._lessons.of(source.kind, source.name)
        translation = translate(kind.read, source, Delivery(headers, body, known))
        self._lessons.learn(source.kind, source.name, translation.lessons)
        parked = body[:PARKED_BYTES] if translation.reason is not None else b""
        return TakenHook(source.kind, source.name, translation.hints, translation.reason, parked, len(body))

    async def _proven(
        self, kind: Kind, source: HookSource, headers: Mapping[str, str], body: bytes
    ) -> bytes | Denial:
        login, now = source.login, self._clock.now()
        if not isinstance(login, IdentityToken):
            proven = check_body(kind, login, headers, body, keys=None, now=now)
        else:
            try:
                proven = check_body(kind, login, headers, body, keys=self._keys.at_hand(login), now=now)
                if isinstance(proven, UnknownKey):
                    keys = await self._keys.fetched(login)
                    proven = check_body(kind, login, headers, body, keys=keys, now=now)
            except InvalidHook as error:
                raise KeysMissing(f"the keys that are configured cannot be used: {error}") from None
        if isinstance(proven, UnknownKey):
            return Denial(FORBIDDEN, "its token is signed by a key that the issuer does not publish")
        return proven

    async def _kept(self, hook: TakenHook) -> Answer:
        try:
            await self._batches.take(hook)
        except NotKept:
            return _LATER
        return _TAKEN

    def _denied(self, source: HookSource, denial: Denial) -> Answer:
        self._batches.refuse(source.kind, source.name, denial.reason)
        headers = _challenge(source) if denial.status == UNAUTHORIZED else ()
        return problem(denial.status, denial.reason, headers)


def _challenge(source: HookSource) -> tuple[tuple[str, str], ...]:
    """What 401 has to say (RFC 9110, section 11.6.1), in words that fit no scheme where none is spoken."""
    match source.login:
        case BasicLogin():
            scheme = 'Basic realm="tagwake"'
        case IdentityToken():
            scheme = 'Bearer realm="tagwake"'
        case _:
            scheme = 'Hook realm="tagwake"'
    return (("www-authenticate", scheme),)


def _headers(scope: Scope) -> dict[str, str]:
    """All of them, names in lower case as ASGI gives them; what comes twice is joined: no second credential hides."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = str(raw_name, "latin-1"), str(raw_value, "latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


async def _read(receive: Receive, headers: Mapping[str, str], kind: Kind) -> _Body:
    """The body, or its beginning where it is too long.

    :raises _Gone: where the sender hangs up.
    """
    said = headers.get("content-length", "")
    if said.isdecimal() and int(said) > kind.limit and not kind.parks_oversize:
        return _Body(b"", 0, is_whole=False)
    message = await receive()
    if (
        message["type"] == "http.request"
        and not message.get("more_body")
        and len(message["body"]) <= kind.limit
    ):
        return _Body(message["body"], len(message["body"]))
    data, size = bytearray(), 0
    while message["type"] == "http.request":
        chunk = message.get("body", b"")
        size += len(chunk)
        data += chunk[: max(0, kind.limit - len(data))]
        if size > kind.limit and (not kind.parks_oversize or size > MAX_DRAINED):
            return _Body(bytes(data[:PARKED_BYTES]), size, is_whole=False)
        if not message.get("more_body"):
            is_whole = size <= kind.limit
            return _Body(bytes(data if is_whole else data[:PARKED_BYTES]), size, is_whole)
        message = await receive()
    raise _Gone
