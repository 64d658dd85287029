"""Proving to registries who is asking: anonymous, basic, and tokens of a token service."""

import asyncio
import base64
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from yarl import URL

from tagwake.adapters.http import HEADERS, Answer, Http, Request, host_of, read_url
from tagwake.adapters.registries.credentials import Credentials, Login
from tagwake.adapters.registries.refusal import login_command, refusal
from tagwake.core.credential import Credential
from tagwake.core.errors import InvalidAnswer
from tagwake.core.registry_rule import Endpoint, is_loopback
from tagwake.core.resolution import Failure, Unresolved
from tagwake.formats.registry import token_answer
from tagwake.formats.registry.auth_challenge import Challenge, read_challenges
from tagwake.formats.registry.retry_after import read_date
from tagwake.formats.registry.token_answer import read_token

CLIENT_ID = "tagwake"
MAX_TOKENS = 10_000
"""Tokens that are kept: a service asks about more repositories than it has use for their tokens."""
_FRESH = 0.9
"""The part of a token's life in which it is used: one that ends on its way would cost a request."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What a host asked for: ``realm`` is ``None`` where it takes basic authentication."""

    realm: URL | None = None
    service: str = ""


@dataclass(slots=True)
class _Token:
    header: str
    expires: float


class Authorization:
    """Gives each request its ``Authorization`` header; a token is asked for once for each scope while it lives."""

    def __init__(self, http: Http, credentials: Credentials, monotonic: Callable[[], float]) -> None:
        self._http = http
        self._credentials = credentials
        self._monotonic = monotonic
        self._known: dict[str, _Known] = {}
        self._scopes: dict[tuple[str, str], str] = {}
        self._tokens: dict[tuple[str, str], _Token] = {}
        self._locks: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    def needs_none(self, endpoint: Endpoint) -> bool:
        """Whether nothing is known yet that this host would ask for."""
        return endpoint.host not in self._known

    async def login(self, endpoint: Endpoint) -> Login:
        """The login that is used here, for messages."""
        return await self._credentials.find(endpoint.registry, endpoint.repository)

    async def header(self, endpoint: Endpoint) -> str | Unresolved | None:
        """The header for a first request, by what the host has asked for before; ``None`` where that is nothing."""
        known = self._known.get(endpoint.host)
        if known is None:
            return None
        if known.realm is None:
            credential = (await self.login(endpoint)).credential
            return _basic(credential) if credential is not None and credential.password else None
        return await self._token(endpoint, known.realm, known.service, self._scope(endpoint), refused=None)

    async def answer(
        self, endpoint: Endpoint, answer: Answer, refused: str | None
    ) -> str | Unresolved | None:
        """The header that answers a 401, or ``None`` where there is nothing better than what was ``refused``."""
        challenges = read_challenges(", ".join(answer.headers.getall("WWW-Authenticate", ())))
        login = await self.login(endpoint)
        bearer = next((each for each in challenges if each.scheme == "bearer"), None)
        if bearer is not None:
            return await self._bearer(endpoint, bearer, login, refused)
        if any(each.scheme == "basic" for each in challenges):
            self._known[endpoint.host] = _Known()
            if login.credential is not None and login.credential.password:
                header = _basic(login.credential)
                return None if header == refused else header
        return None

    async def _bearer(
        self, endpoint: Endpoint, challenge: Challenge, login: Login, refused: str | None
    ) -> str | Unresolved | None:
        if login.credential is not None and login.credential.registry_token:
            header = f"Bearer {login.credential.registry_token}"
            return None if header == refused else header
        realm = _realm(endpoint, challenge.parameters.get("realm", ""))
        if isinstance(realm, Unresolved):
            return realm
        asked_for = self._scope(endpoint)
        if scope := challenge.parameters.get("scope"):
            self._scopes[endpoint.host, endpoint.repository] = scope
        if (
            refused
            and challenge.parameters.get("error") == "insufficient_scope"
            and self._scope(endpoint) == asked_for
        ):
            return None  # another token for the same would be no better (RFC 6750, section 3.1)
        service = challenge.parameters.get("service", "")
        self._known[endpoint.host] = _Known(realm, service)
        return await self._token(endpoint, realm, service, self._scope(endpoint), refused)

    def _scope(self, endpoint: Endpoint) -> str:
        return self._scopes.get(
            (endpoint.host, endpoint.repository), f"repository:{endpoint.repository}:pull"
        )

    async def _token(
        self, endpoint: Endpoint, realm: URL, service: str, scope: str, refused: str | None
    ) -> str | Unresolved:
        key = (endpoint.host, scope)
        kept = self._tokens.get(key)
        if kept is not None and kept.header != refused and self._monotonic() < kept.expires:
            return kept.header
        async with self._locks[key]:
            kept = self._tokens.get(key)
            if kept is not None and kept.header != refused and self._monotonic() < kept.expires:
                return kept.header
            login = await self.login(endpoint)
            answer = await self._ask(endpoint, realm, service, scope, login.credential)
            if isinstance(answer, Unresolved):
                return answer
            if answer.status != 200:
                return _refused_token(endpoint, realm, answer, login)
            try:
                token = read_token(answer.body, read_date(answer.headers.get("Date", "")))
            except InvalidAnswer as error:
                return Unresolved(
                    Failure.GARBAGE, f"the token service {host_of(realm)} of {endpoint.registry}: {error}"
                )
            made = _Token(f"Bearer {token.value}", self._monotonic() + _FRESH * token.lifetime)
            self._keep(key, made)
            return made.header

    def _keep(self, key: tuple[str, str], token: "_Token") -> None:
        """Keep a token; where there are too many, those that have run out go, and then the oldest."""
        self._tokens.pop(key, None)
        self._tokens[key] = token
        if len(self._tokens) <= MAX_TOKENS:
            return
        now = self._monotonic()
        live = [(known, each) for known, each in self._tokens.items() if now < each.expires]
        self._tokens = dict(live[-MAX_TOKENS // 2 :])
        for known in [known for known, lock in self._locks.items() if not lock.locked()]:
            if known not in self._tokens:
                del self._locks[known]

    async def _ask(
        self, endpoint: Endpoint, realm: URL, service: str, scope: str, credential: Credential | None
    ) -> Answer | Unresolved:
        """Ask the token service (distribution, "Token Authentication Specification" and "Oauth2 Token Authentication")."""
        fields = {"service": service, "scope": scope} if service else {"scope": scope}
        headers, body, method = {**HEADERS, "Accept": "application/json"}, None, "GET"
        url = realm
        if credential is not None and credential.identity_token:
            fields |= {
                "grant_type": "refresh_token",
                "client_id": CLIENT_ID,
                "refresh_token": credential.identity_token,
            }
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body, method = urlencode(fields).encode(), "POST"
        else:
            if credential is not None and credential.password:
                headers["Authorization"] = _basic(credential)
            url = realm.update_query({name: text for name, text in fields.items() if name not in realm.query})
        is_same = host_of(realm) == endpoint.host
        return await self._http.ask(
            Request(
                host=host_of(realm),
                url=url,
                headers=headers,
                method=method,
                limit=token_answer.MAX_BYTES,
                ca=endpoint.ca,
                concurrency=endpoint.concurrency,
                guarded=not is_same and not await self._http.is_private(endpoint.host),
                body=body,
            )
        )


def _basic(credential: Credential) -> str:
    return "Basic " + base64.b64encode(f"{credential.username}:{credential.password}".encode()).decode()


def _realm(endpoint: Endpoint, text: str) -> URL | Unresolved:
    """The URL of the token service; without TLS only where the registry is asked so, or on this machine."""
    try:
        realm = read_url(text)
    except ValueError:
        return Unresolved(
            Failure.GARBAGE,
            f"{endpoint.registry} asks for a token and names no token service: check the host",
        )
    if realm.scheme == "https" or (
        realm.scheme == "http"
        and (endpoint.plain_http or (endpoint.is_loopback and is_loopback(host_of(realm))))
    ):
        return realm
    return Unresolved(
        Failure.TLS,
        f"the token service {host_of(realm)} of {endpoint.registry} has no TLS: nothing is sent to it",
    )


def _refused_token(endpoint: Endpoint, realm: URL, answer: Answer, login: Login) -> Unresolved:
    service = f"the token service {host_of(realm)}"
    if answer.status in {400, 401, 403} and login.credential is not None:
        return Unresolved(
            Failure.UNAUTHORIZED if answer.status != 403 else Failure.FORBIDDEN,
            f"{answer.status} from {endpoint.registry}: {service} refuses the login of {login.credential.source}:"
            f" log in again with {login_command(endpoint.registry)}",
        )
    if answer.status in {401, 403, 429} or answer.status >= 500:
        return refusal(endpoint, answer.status, "", login, rest=answer.rest)
    return Unresolved(Failure.GARBAGE, f"{answer.status} from {service} of {endpoint.registry}: no token")
