"""Cookies of the pages: the token of who has signed in, and what guards forms against pages of other sites.

A form carries a mark that is made of both cookies; a page of another site can read neither, nor make it.
"""

import hashlib
import hmac
from http.cookies import SimpleCookie

TOKEN = "tagwake_token"  # noqa: S105  # the cookie's name
FORM = "tagwake_form"
FORM_BYTES = 32
MAX_HEADER = 8192


def read_cookies(header: str | None) -> dict[str, str]:
    """The cookies of a request by name, the first of each; what cannot be read counts for nothing."""
    found: dict[str, str] = {}
    if header is None or len(header) > MAX_HEADER:
        return found
    for part in header.split(";"):
        name, equals, value = part.strip().partition("=")
        if equals:
            found.setdefault(name, value)
    return found


def set_cookie(name: str, value: str, *, is_secure: bool, seconds: int | None = None) -> tuple[str, str]:
    """The header that sets a cookie which no script reads and which other sites' requests do not carry.

    :param seconds: how long it is kept; until the browser ends where it is ``None``, and 0 drops it.
    """
    cookie: SimpleCookie = SimpleCookie()
    cookie[name] = value
    morsel = cookie[name]
    morsel["path"], morsel["httponly"], morsel["samesite"] = "/", True, "Lax"
    if is_secure:
        morsel["secure"] = True
    if seconds is not None:
        morsel["max-age"] = str(seconds)
    return ("set-cookie", morsel.OutputString())


def form_mark(cookies: dict[str, str]) -> str:
    """The mark of a form, for these cookies."""
    return hmac.new(
        cookies.get(FORM, "").encode(), b"form " + cookies.get(TOKEN, "").encode(), hashlib.sha256
    ).hexdigest()


def is_marked(cookies: dict[str, str], mark: str) -> bool:
    """Whether a form that was sent was one of our pages'."""
    return bool(cookies.get(FORM)) and hmac.compare_digest(form_mark(cookies).encode(), mark.encode())
