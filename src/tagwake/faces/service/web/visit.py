"""A visit: one request for a page, and how it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, quote

from tagwake.faces.service.asgi import Answer, Receive, Scope, header
from tagwake.faces.service.question import Question
from tagwake.faces.service.web.cookies import (
    FORM,
    FORM_BYTES,
    TOKEN,
    form_mark,
    is_marked,
    read_cookies,
    set_cookie,
)
from tagwake.faces.service.web.rendering import render
from tagwake.wiring.service import Service

HTML = "text/html; charset=utf-8"
MAX_FORM = 64 * 1024
MAY_WRITE = "tagwake.may_write"
"""Where the scope says whether who asks may change things."""
SAME_ORIGIN = ("referrer-policy", "same-origin")
"""Forms tell our own site where they come from, which is how it knows them."""


class NotFound(Exception):
    """There is no such page; the message says what to do instead."""


class Refused(Exception):
    """A form that is not taken; the message says why."""


@dataclass
class Visit:
    """A request for a page.

    :param path: decoded.
    """

    service: Service
    scope: Scope
    path: str
    now: datetime
    cookies: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.cookies = read_cookies(header(self.scope, b"cookie"))

    def question(self, *known: str) -> Question:
        """The query string."""
        return Question(self.scope["query_string"], known)

    @property
    def may_write(self) -> bool:
        """Whether who asks may change things."""
        return bool(self.scope.get(MAY_WRITE, False))

    @property
    def is_secure(self) -> bool:
        """Whether the browser came by HTTPS, as it says itself: what ends TLS may stand before us."""
        return self.scope["scheme"] == "https" or (header(self.scope, b"origin") or "").startswith("https:")

    @cached_property
    def _new_form(self) -> str | None:
        """A new cookie for forms, where the browser has none."""
        if self.cookies.get(FORM):
            return None
        self.cookies[FORM] = self.service.random_bytes(FORM_BYTES).hex()
        return self.cookies[FORM]

    def mark(self) -> str:
        """What each form carries."""
        _ = self._new_form
        return form_mark(self.cookies)

    def page(self, template: str, status: int = 200, **values: Any) -> Answer:
        """The page of a template."""
        body = render(template, visit=self, now=self.now, is_signed_in=TOKEN in self.cookies, **values)
        headers = [SAME_ORIGIN]
        if (new := self.__dict__.get("_new_form")) is not None:
            headers.append(set_cookie(FORM, new, is_secure=self.is_secure))
        return Answer(status, body.encode(), HTML, tuple(headers))

    async def form(self, receive: Receive) -> Mapping[str, str]:
        """The fields of a form that was sent, each by its first value.

        :raises Refused: where it is too large, or none of ours.
        """
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > MAX_FORM:
                raise Refused("the form is too large")
            if not message.get("more_body"):
                break
        try:
            pairs = parse_qsl(bytes(body).decode("ascii"), keep_blank_values=True, max_num_fields=1000)
        except ValueError:
            raise Refused("the form cannot be read") from None
        fields: dict[str, str] = {}
        for name, value in pairs:
            fields.setdefault(name, value)
        if not is_marked(self.cookies, fields.get("mark", "")):
            raise Refused(
                "the form is not one of these pages, or it is too old: go back, reload the page, and try again"
            )
        return fields


def see(path: str, *headers: tuple[str, str]) -> Answer:
    """Send the browser to another page (RFC 9110, 303 See Other)."""
    return Answer(303, b"", HTML, (("location", path), *headers))


def is_own_path(path: str) -> bool:
    """Whether it leads to a page of ours and to no other site."""
    return path.startswith("/") and not path.startswith("//") and path.isprintable() and "\\" not in path


def link(*parts: str) -> str:
    """A path of these parts, percent-encoded; what a reference has in it stays readable."""
    return "/" + "/".join(quote(part, safe="/:@") for part in parts)
