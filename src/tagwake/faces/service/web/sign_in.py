"""Signing in: a token is taken by a form, and kept in a cookie that no script reads."""

from collections.abc import Mapping

from tagwake.core.access import Scope
from tagwake.faces.service.access import Access
from tagwake.faces.service.asgi import Answer
from tagwake.faces.service.web.cookies import TOKEN, set_cookie
from tagwake.faces.service.web.visit import SAME_ORIGIN, Visit, is_own_path, see

PATH = "/sign-in"
KEPT = 30 * 24 * 3600
"""Seconds for which a browser keeps the token."""
MAX_TOKEN = 512


def sign_in_form(visit: Visit, status: int = 200, problem: str = "", to: str | None = None) -> Answer:
    """The form."""
    wanted = to if to is not None else visit.question("to").text("to") or "/"
    return visit.page(
        "sign_in", status, to=wanted if is_own_path(wanted) else "/", problem=problem, search=""
    )


async def sign_in(visit: Visit, access: Access, fields: Mapping[str, str]) -> Answer:
    """Take the token; then the page that was wanted."""
    text, to = fields.get("token", "").strip(), fields.get("to", "/")
    token = await access.find(text) if 0 < len(text) <= MAX_TOKEN and text.isascii() else None
    if token is None or not token.is_live:
        return sign_in_form(
            visit, 403, "This token opens nothing. Look for a slip in copying it, or ask for another one.", to
        )
    if not token.allows(Scope.READ):
        return sign_in_form(
            visit, 403, f"The token {token.name} does not allow reading: these pages need the scope read.", to
        )
    cookie = set_cookie(TOKEN, text, is_secure=visit.is_secure, seconds=KEPT)
    return see(to if is_own_path(to) else "/", cookie, SAME_ORIGIN)


def sign_out(visit: Visit) -> Answer:
    """Drop the cookie."""
    return see(PATH, set_cookie(TOKEN, "", is_secure=visit.is_secure, seconds=0))
