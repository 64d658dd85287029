"""The token endpoint (CNCF distribution, Token Authentication Specification, and its OAuth2 form)."""

from datetime import UTC, datetime

from aiohttp import web
from multidict import MultiDictProxy
from yarl import URL

from tagwake.testing.registry import answer
from tagwake.testing.registry.auth import Account, Guard, TokenAuth, parse_basic
from tagwake.testing.registry.desk import Desk
from tagwake.testing.registry.refusal import Refusal
from tagwake.testing.registry.route import Route

_LARGEST_FORM = 65_536


async def get(desk: Desk, request: web.BaseRequest, _route: Route) -> web.StreamResponse:
    """GET with basic authentication, or without for nobody's token."""
    guard, scheme = _required(desk)
    authorization = request.headers.get("Authorization")
    account = None
    if authorization is not None:
        account = guard.login(*(parse_basic(authorization) or ("", "")))
    elif not scheme.anonymous:
        raise Refusal(401, "UNAUTHORIZED", "this registry gives no token without an account")
    wants_refresh = request.query.get("offline_token") == "true"
    return _given(
        guard, scheme, account, request.query.getall("scope", []), desk.now(), refresh=wants_refresh
    )


async def post(desk: Desk, request: web.BaseRequest, _route: Route) -> web.StreamResponse:
    """POST with a password or a refresh token in a form (RFC 6749, sections 4.3 and 6)."""
    guard, scheme = _required(desk)
    form = await _form(request)
    grant = form.get("grant_type")
    if grant == "password":
        account = guard.login(form.get("username", ""), form.get("password", ""))
    elif grant == "refresh_token":
        account = guard.refreshed(form.get("refresh_token", ""))
    else:
        raise Refusal(400, "UNSUPPORTED", "grant_type is password or refresh_token")
    wants_refresh = grant == "refresh_token" or form.get("access_type") == "offline"
    return _given(guard, scheme, account, form.getall("scope", []), desk.now(), refresh=wants_refresh)


def _required(desk: Desk) -> tuple[Guard, TokenAuth]:
    if desk.guard is None or not isinstance(desk.guard.scheme, TokenAuth):
        raise Refusal(404, "UNSUPPORTED", "this registry gives no tokens")
    return desk.guard, desk.guard.scheme


def _given(
    guard: Guard, scheme: TokenAuth, account: Account | None, scopes: list[str], now: float, *, refresh: bool
) -> web.Response:
    each_scope = [each for scope in scopes for each in scope.split()]
    token, _ = guard.issue(account, each_scope, now)
    issued_at = datetime.now(UTC)  # noqa: TID251 - for people to read; expiry runs by the desk's own seconds
    document = {
        "token": token,
        "access_token": token,
        "expires_in": scheme.lifetime,
        "issued_at": issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if refresh and account is not None:
        document["refresh_token"] = guard.refresh_token(account)
    return answer.json(document, {"Cache-Control": "no-store"})


async def _form(request: web.BaseRequest) -> MultiDictProxy[str]:
    came = bytearray()
    async for piece in request.content.iter_any():
        came += piece
        if len(came) > _LARGEST_FORM:
            raise Refusal(413, "SIZE_INVALID", f"a form has at most {_LARGEST_FORM} bytes")
    return URL.build(query_string=came.decode("ascii", "replace"), encoded=True).query
