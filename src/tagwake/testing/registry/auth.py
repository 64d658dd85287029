"""Who may do what: basic authentication, and bearer tokens from the registry's own token endpoint."""

import base64
import fnmatch
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tagwake.testing.registry.refusal import Refusal

ACTIONS = ("pull", "push", "delete")


@dataclass(frozen=True, slots=True)
class Account:
    """A name, a password, and what it may do in the repositories that the glob matches."""

    name: str
    password: str = field(repr=False)
    repositories: str = "*"
    actions: tuple[str, ...] = ACTIONS

    def may(self, repository: str) -> frozenset[str]:
        """The actions that it may do in `repository`."""
        return frozenset(self.actions if fnmatch.fnmatchcase(repository, self.repositories) else ())


def accounts(of: Mapping[str, str] | Iterable[Account]) -> tuple[Account, ...]:
    """Accounts, also from names and passwords; those may do everything."""
    if isinstance(of, Mapping):
        return tuple(Account(name, password) for name, password in of.items())
    return tuple(of)


@dataclass(frozen=True, slots=True)
class BasicAuth:
    """Every request carries name and password; `anonymous` is what may be done without (RFC 7617)."""

    accounts: Mapping[str, str] | tuple[Account, ...]
    anonymous: tuple[str, ...] = ()
    realm: str = "tagwake"


@dataclass(frozen=True, slots=True)
class TokenAuth:
    """Requests carry a token, which the endpoint `/token` gives (CNCF distribution, Token Authentication).

    :param anonymous: what a token without an account may do.
    :param lifetime: seconds until a token expires.
    :param realm: where tokens are given instead of the registry's own `/token`; an absolute URL.
    """

    accounts: Mapping[str, str] | tuple[Account, ...] = ()
    anonymous: tuple[str, ...] = ()
    service: str = "tagwake"
    lifetime: int = 300
    realm: str | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What a request needs: actions in a repository; none at all for `/v2/`, where any account will do.

    `source` is the repository that a blob is to be mounted from: it is asked for, and done without where it is denied.
    """

    repository: str = ""
    actions: tuple[str, ...] = ()
    source: str | None = None

    @property
    def scope(self) -> str:
        """The scopes to ask a token for, separated by spaces."""
        own = [f"repository:{self.repository}:{','.join(self.actions)}"] if self.actions else []
        return " ".join([*own, f"repository:{self.source}:pull"] if self.source else own)


@dataclass(frozen=True, slots=True)
class Grant:
    """Somebody, and what he may do in which repository."""

    account: str
    actions: Mapping[str, frozenset[str]]
    expires: float


def parse_basic(header: str | None) -> tuple[str, str] | None:
    """Name and password of an Authorization header (RFC 7617, section 2), or None."""
    scheme, _, encoded = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:  # what is no base64, no ASCII, or no UTF-8
        return None
    return (name, password) if colon else None


class Guard:
    """Checks requests against a scheme, and gives tokens where the scheme is TokenAuth."""

    def __init__(self, scheme: BasicAuth | TokenAuth) -> None:
        self.scheme = scheme
        self._accounts = {each.name: each for each in accounts(scheme.accounts)}
        self._tokens: dict[str, Grant] = {}
        self._refresh: dict[str, str] = {}

    def admit(self, authorization: str | None, need: Need, realm: str, now: float) -> str:
        """The account that a request is made for, "" for nobody's; `realm` is the URL of the token endpoint.

        :raises Refusal: 401 with a challenge, or 403 DENIED for an account that may not.
        """
        if isinstance(self.scheme, BasicAuth):
            return self._admit_basic(self.scheme, authorization, need)
        return self._admit_token(self.scheme, authorization, need, self.scheme.realm or realm, now)

    def may_pull(self, authorization: str | None, repository: str, now: float) -> bool:
        """Whether the request may also read `repository`, to mount from it."""
        need = Need(repository, ("pull",))
        try:
            self.admit(authorization, need, "", now)
        except Refusal:
            return False
        return True

    def login(self, name: str, password: str) -> Account:
        """The account of a name and password.

        :raises Refusal: 401.
        """
        known = self._accounts.get(name)
        right = hmac.compare_digest((known.password if known else "").encode(), password.encode())
        if known is None or not right:
            raise Refusal(401, "UNAUTHORIZED", "wrong name or password")
        return known

    def refreshed(self, token: str) -> Account:
        """The account that a refresh token was given to.

        :raises Refusal: 401.
        """
        name = self._refresh.get(token)
        if name is None:
            raise Refusal(401, "UNAUTHORIZED", "the refresh token is not known")
        return self._accounts[name]

    def refresh_token(self, account: Account) -> str:
        """A token that stands for the password from now on (an identity token, in Docker's words)."""
        token = secrets.token_urlsafe(24)
        self._refresh[token] = account.name
        return token

    def issue(self, account: Account | None, scopes: Iterable[str], now: float) -> tuple[str, Grant]:
        """A token for those of the asked scopes that the account (or nobody) may have."""
        scheme = self.scheme
        assert isinstance(scheme, TokenAuth)
        granted: dict[str, frozenset[str]] = {}
        for scope in scopes:
            kind, _, rest = scope.partition(":")
            repository, _, asked = rest.rpartition(":")
            may = account.may(repository) if account else frozenset(scheme.anonymous)
            actions = may if asked == "*" else may & set(asked.split(","))
            if kind == "repository" and actions:
                granted[repository] = granted.get(repository, frozenset()) | actions
        self._tokens = {token: each for token, each in self._tokens.items() if each.expires > now}
        token = secrets.token_urlsafe(32)
        grant = Grant(account.name if account else "", granted, now + scheme.lifetime)
        self._tokens[token] = grant
        return token, grant

    def revoke(self) -> None:
        """Forget every token that was given."""
        self._tokens.clear()

    def _admit_basic(self, scheme: BasicAuth, authorization: str | None, need: Need) -> str:
        challenge = {"WWW-Authenticate": f'Basic realm="{scheme.realm}"'}
        if authorization is None:
            if scheme.anonymous and set(need.actions) <= set(scheme.anonymous):
                return ""
            raise Refusal(401, "UNAUTHORIZED", "authentication required", challenge)
        given = parse_basic(authorization)
        try:
            account = self.login(*given) if given else None
        except Refusal:
            account = None
        if account is None:
            raise Refusal(401, "UNAUTHORIZED", "wrong name or password", challenge)
        if not account.may(need.repository) >= set(need.actions):
            raise Refusal(403, "DENIED", f"{account.name} may not {','.join(need.actions)} {need.repository}")
        return account.name

    def _admit_token(
        self, scheme: TokenAuth, authorization: str | None, need: Need, realm: str, now: float
    ) -> str:
        kind, _, token = (authorization or "").partition(" ")
        grant = self._tokens.get(token) if kind.lower() == "bearer" else None
        if grant is not None and grant.expires > now:
            is_short = need.source and self._lacks(grant, need.source)
            if grant.actions.get(need.repository, frozenset()) >= set(need.actions) and not is_short:
                return grant.account
            raise _challenge(scheme, realm, need, "insufficient_scope")
        raise _challenge(scheme, realm, need, "invalid_token" if authorization else None)

    def _lacks(self, grant: Grant, source: str) -> bool:
        """Whether the account may pull from `source` and only this token does not say so."""
        account = self._accounts.get(grant.account)
        allowed = account.may(source) if account else frozenset(self.scheme.anonymous)
        return "pull" in allowed and "pull" not in grant.actions.get(source, frozenset())


def _challenge(scheme: TokenAuth, realm: str, need: Need, error: str | None) -> Refusal:
    """401 with where to get a token (RFC 6750, section 3)."""
    parts = [f'realm="{realm}"', f'service="{scheme.service}"']
    parts += [f'scope="{need.scope}"'] if need.scope else []
    parts += [f'error="{error}"'] if error else []
    headers = {"WWW-Authenticate": "Bearer " + ",".join(parts)}
    return Refusal(401, "UNAUTHORIZED", "authentication required", headers)
