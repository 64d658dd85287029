"""Gitea's package webhook; a version is a tag or a digest, and a tag that moves sends ``created`` again."""

from typing import Any

import msgspec

from tagwake.formats.webhook.body import read_json
from tagwake.formats.webhook.delivery import Claim, Delivery, Findings, Oddity
from tagwake.formats.webhook.moment import read_moment

_EVENTS = ("x-forgejo-event", "x-gitea-event")
_DELIVERIES = ("x-forgejo-delivery", "x-gitea-delivery")


class _Owner(msgspec.Struct):
    login: str | None = None


class _Package(msgspec.Struct):
    type: str | None = None
    owner: _Owner | None = None
    name: str | None = None
    version: str | None = None
    html_url: str | None = None
    created_at: Any = None


class _Body(msgspec.Struct):
    action: str | None = None
    package: _Package | None = None


def read(delivery: Delivery) -> Findings:
    """Pushes and deletions of a container's tag; packages of other types come on the same hook."""
    if _header(delivery, _EVENTS) not in {None, "package"}:
        yield Oddity("it is an event of another kind than package: switch the others off at the forge")
        return
    body = read_json(delivery.body, _Body)
    package = body.package
    if package is None:
        yield Oddity("it names no package")
    elif package.type != "container":
        return
    elif body.action not in {"created", "deleted"}:
        yield Oddity("its action is not known")
    elif package.owner is None or not package.owner.login or not package.name:
        yield Oddity("it names no repository")
    else:
        yield Claim(
            _host(package.html_url or ""),
            f"{package.owner.login}/{package.name}".lower(),
            package.version,
            id=_header(delivery, _DELIVERIES),
            at=read_moment(package.created_at),
            deleted=body.action == "deleted",
        )


def _header(delivery: Delivery, names: tuple[str, ...]) -> str | None:
    return next((delivery.headers[name] for name in names if name in delivery.headers), None)


def _host(url: str) -> str | None:
    scheme, separator, rest = url.partition("://")
    host = rest.partition("/")[0]
    return host if separator and scheme in {"http", "https"} and "@" not in host else None
