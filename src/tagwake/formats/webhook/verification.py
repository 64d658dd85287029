"""Whether a delivery comes from its source, in two steps: what its head proves, and what its body does."""

from collections.abc import Mapping
from datetime import datetime

from tagwake.core.hook_login import (
    BasicLogin,
    BodySignature,
    HookLogin,
    IdentityToken,
    PathToken,
    SharedHeader,
)
from tagwake.formats.webhook.identity import KeySet, check_body_digest, check_identity
from tagwake.formats.webhook.kinds import Kind
from tagwake.formats.webhook.proof import FORBIDDEN, Denial, UnknownKey
from tagwake.formats.webhook.shared_secret import check_header, check_login, check_path
from tagwake.formats.webhook.signature import check_signature


def check_head(login: HookLogin, headers: Mapping[str, str], token: str | None) -> Denial | None:
    """What can be told before a byte of the body is read; ``None`` where nothing speaks against it so far.

    :param token: the path's last segment, where it has one.
    """
    match login:
        case SharedHeader():
            return check_header(login, headers)
        case BasicLogin():
            return check_login(login, headers)
        case PathToken():
            return check_path(login, token)
    return None


def check_body(
    kind: Kind,
    login: HookLogin,
    headers: Mapping[str, str],
    body: bytes,
    *,
    keys: KeySet | None,
    now: datetime,
) -> Denial | UnknownKey | bytes:
    """The bytes that are proven to come from the source, its head having been checked.

    :param keys: of the issuer, where the login is by an identity token and they are at hand.
    """
    match login:
        case BodySignature():
            if kind.scheme is None:
                return Denial(FORBIDDEN, f"a {kind.title} registry does not sign")
            return check_signature(kind.scheme, login.secrets, headers, body)
        case IdentityToken():
            claims = check_identity(login, headers, keys, now, kind.subject_claim)
            if isinstance(claims, Denial | UnknownKey):
                return claims
            return (check_body_digest(claims, body) if kind.binds_body else None) or body
    return body
