"""How a hook's login is written before it is sealed."""

import json
from dataclasses import asdict
from typing import Any

from tagwake.core.errors import UsageRefused
from tagwake.core.hook_login import (
    BasicLogin,
    BodySignature,
    HookLogin,
    IdentityToken,
    PathToken,
    SharedHeader,
)
from tagwake.core.secret import Secret

_KINDS: dict[str, type[Any]] = {
    "header": SharedHeader,
    "basic": BasicLogin,
    "signature": BodySignature,
    "path": PathToken,
    "identity": IdentityToken,
}


def write_login(login: HookLogin) -> Secret:
    """A login as one text."""
    kind = next(name for name, each in _KINDS.items() if type(login) is each)
    return Secret(json.dumps({"kind": kind, **asdict(login)}))


def read_login(text: Secret, place: str) -> HookLogin:
    """A login again.

    :param place: whose it is, for the message.
    :raises UsageRefused: where a later release has written it.
    """
    fields: dict[str, Any] = json.loads(text.reveal())
    kind = _KINDS.get(fields.pop("kind"))
    if kind is None or set(fields) != set(kind.__dataclass_fields__):
        raise UsageRefused(f"the login of {place} was written by a later release: run that one")
    login: HookLogin = kind(
        **{name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    )
    return login
