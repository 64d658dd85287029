"""Who may do what: tokens and their scopes, their rate, and what a browser may be made to do.

As long as no token was given, everything is open, but only on loopback and to loopback's own names, so that no page of
a stranger can reach it through its reader's browser. From the first token on each request needs one: as a bearer token
(RFC 6750), or as the password of any user (RFC 7617), which browsers and registry clients can send.
"""

import base64
import binascii
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from tagwake.core.access import Scope as Right
from tagwake.core.access import Token, token_hash
from tagwake.core.budget import Budget
from tagwake.core.service_settings import TOKEN_RATE
from tagwake.faces.service.asgi import Answer, Scope, header, problem
from tagwake.faces.service.web.cookies import TOKEN as COOKIE
from tagwake.faces.service.web.cookies import read_cookies
from tagwake.wiring.service import Service

MEMORY = 2.0
"""Seconds for which a token that was found, or not, is not asked for again: so long does a revoked one still open."""
NOTING = 60.0
"""Seconds between two writings of when tokens were used."""
MAX_KNOWN = 10_000

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN = frozenset({"/healthz", "/readyz", "/sign-in", "/sign-out"})
_CHALLENGE = (("www-authenticate", 'Bearer realm="tagwake", Basic realm="tagwake"'),)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the name of a token, empty where none was needed; and whether they may change things."""

    name: str = ""
    may_write: bool = False


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Access:
    """Lets requests in, or says why not.

    :param is_loopback: whether the service listens on loopback alone.
    :param rate: how many requests a token may make.
    """

    def __init__(self, service: Service, *, is_loopback: bool, rate: Budget = TOKEN_RATE) -> None:
        self._service, self._is_loopback, self._rate = service, is_loopback, rate
        self._known: dict[bytes, tuple[float, Token | None]] = {}
        self._buckets: dict[str, _Bucket] = {}
        self._used: set[str] = set()
        self._noted_at = service.timing.monotonic()
        self._is_open: tuple[float, bool] | None = None

    async def admit(self, scope: Scope) -> Caller | Answer:
        """Who asks, or the answer that they get instead of one."""
        right = needed(scope["method"], scope["path"])
        if right is None:
            return Caller()
        text = presented(header(scope, b"authorization"))
        is_remembered = text is None
        if is_remembered:
            text = remembered(scope)
        if text is None:
            return await self._anonymous(scope)
        token = await self.find(text)
        if token is None or not token.is_live:
            if is_remembered:  # of a time that is over
                return await self._anonymous(scope)
            return problem(401, "this token opens nothing: ask for another one", _CHALLENGE)
        if not token.allows(right):
            return problem(
                403, f"this needs a token with the scope {right.value}, and {token.name} has not got it"
            )
        wait = self._wait(token.name)
        if wait > 0:
            return problem(429, "too many requests with this token", (("retry-after", str(int(wait) + 1)),))
        if is_forged(scope):
            return problem(403, "a page of another site asked for this: it is not done")
        await self._note(token.name)
        return Caller(token.name, may_write=token.allows(Right.WRITE))

    async def close(self) -> None:
        """Write when tokens were used."""
        self._noted_at = -NOTING
        await self._note("")

    async def _anonymous(self, scope: Scope) -> Caller | Answer:
        if not self._is_loopback or not await self._no_token_was_given():
            return problem(401, "this needs a token: send it as a bearer token, or as a password", _CHALLENGE)
        if not is_own_name(header(scope, b"host")):
            return problem(
                403, "without tokens tagwake answers to loopback's own names only, such as localhost"
            )
        if is_forged(scope):
            return problem(403, "a page of another site asked for this: it is not done")
        return Caller(may_write=True)

    async def _no_token_was_given(self) -> bool:
        now = self._service.timing.monotonic()
        if self._is_open is None or now - self._is_open[0] > MEMORY:
            tokens = await self._service.call(self._service.tokens.tokens)
            self._is_open = (now, not tokens)
        return self._is_open[1]

    async def find(self, text: str) -> Token | None:
        """The token of this text, a revoked one too; remembered for two seconds."""
        now, hashed = self._service.timing.monotonic(), token_hash(text)
        known = self._known.get(hashed)
        if known is None or now - known[0] > MEMORY:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            known = self._known[hashed] = (now, await self._service.call(self._service.tokens.find, hashed))
        return known[1]

    def _wait(self, name: str) -> float:
        """Seconds until the token may ask again; 0 where it may now."""
        now = self._service.timing.monotonic()
        bucket = self._buckets.setdefault(name, _Bucket(self._rate.burst, now))
        bucket.tokens, bucket.at = self._rate.refilled(bucket.tokens, now - bucket.at), now
        if self._rate.granted(bucket.tokens, 1):
            bucket.tokens -= 1
            return 0.0
        return (1 - bucket.tokens) / self._rate.rate

    async def _note(self, name: str) -> None:
        if name:
            self._used.add(name)
        if self._used and self._service.timing.monotonic() - self._noted_at > NOTING:
            used, self._used = self._used, set()
            self._noted_at = self._service.timing.monotonic()
            await self._service.call(self._service.tokens.used, used, now=self._service.timing.now())


def needed(method: str, path: str) -> Right | None:
    """The right that a request needs; ``None`` where it needs none of ours: hooks prove themselves by their source."""
    if path in _OPEN or path.startswith(("/hooks/", "/assets/")):
        return None
    if path == "/api/hints":
        return Right.HOOK
    if path == "/api/tokens" or path.startswith("/api/tokens/"):
        return Right.ADMIN
    return Right.READ if method in _SAFE else Right.WRITE


def presented(authorization: str | None) -> str | None:
    """The token that a request presents, as a bearer token or as a password."""
    scheme, _, value = (authorization or "").strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2] or None
        except (binascii.Error, UnicodeDecodeError):
            return None
    return None


def remembered(scope: Scope) -> str | None:
    """The token in the cookie of a browser that has signed in; by it no API changes anything."""
    if scope["method"] not in _SAFE and scope["path"].startswith(("/api/", "/v2/")):
        return None
    return read_cookies(header(scope, b"cookie")).get(COOKIE) or None


def is_own_name(host: str | None) -> bool:
    """Whether a ``Host`` is a name of loopback; what no browser sends (none at all) is no page's doing."""
    if host is None:
        return True
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def is_forged(scope: Scope) -> bool:
    """Whether a browser says that a page of another site asks to change something (Fetch metadata, ``Origin``)."""
    if scope["method"] in _SAFE:
        return False
    site = header(scope, b"sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin, host = header(scope, b"origin"), header(scope, b"host")
    if origin is None:
        return False
    return urlsplit(origin).netloc != host
