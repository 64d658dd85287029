"""A header, a login or a path's token that the registry repeats as it was configured; compared in constant time."""

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence

from tagwake.core.hook_login import BasicLogin, PathToken, SharedHeader
from tagwake.formats.webhook.proof import FORBIDDEN, UNAUTHORIZED, Denial


def check_header(login: SharedHeader, headers: Mapping[str, str]) -> Denial | None:
    """Compare the header word for word."""
    said = headers.get(login.header)
    if not said:
        return Denial(UNAUTHORIZED, f"it has no {login.header} header")
    if not is_one_of(said.encode("latin-1", "replace"), login.secrets):
        return Denial(FORBIDDEN, f"its {login.header} header is not the one that is configured")
    return None


def check_login(login: BasicLogin, headers: Mapping[str, str]) -> Denial | None:
    """Compare name and password (RFC 7617, section 2)."""
    said = headers.get("authorization", "")
    scheme, _, encoded = said.partition(" ")
    if scheme.lower() != "basic":
        return Denial(UNAUTHORIZED, "it has no login (Authorization: Basic)")
    try:
        pair = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return Denial(FORBIDDEN, "its login cannot be read")
    if not is_one_of(pair, [f"{login.username}:{password}" for password in login.passwords if password]):
        return Denial(FORBIDDEN, "its login is not the one that is configured")
    return None


def check_path(login: PathToken, token: str | None) -> Denial | None:
    """Compare the last segment of the path."""
    if not token:
        return Denial(UNAUTHORIZED, "its path has no token")
    if not is_one_of(token.encode("utf-8", "replace"), login.tokens):
        return Denial(FORBIDDEN, "the token in its path is not the one that is configured")
    return None


def is_one_of(said: bytes, secrets: Sequence[str]) -> bool:
    """Whether it is one of the secrets, an empty one being none; takes equally long wherever it differs."""
    found = False
    for secret in secrets:
        found |= bool(secret) & hmac.compare_digest(said, secret.encode())
    return found
