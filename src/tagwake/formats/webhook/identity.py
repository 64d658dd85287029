"""A signed identity token (JSON Web Token, RFC 7519) with RS256 or ES256, and nothing else (RFC 8725, section 3.1).

The library for it is part of the extra ``service`` and loaded when there is a key or a token to read: a client that adds
sources to a service needs neither.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec

from tagwake.core.errors import InvalidHook
from tagwake.core.hook_login import IdentityToken
from tagwake.formats.webhook.body import read_json
from tagwake.formats.webhook.proof import FORBIDDEN, UNAUTHORIZED, Denial, UnknownKey

ALGORITHMS = {"RS256": "RSA", "ES256": "EC"}
"""Algorithms that are accepted, and the type of key that each needs."""
MAX_TOKEN = 16_384
LEEWAY = 60
"""Seconds by which the issuer's clock and ours may differ."""
MIN_RSA_BITS = 2_048

_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")

SubjectClaim = Literal["sub", "email"]


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys of an issuer (``jwt.PyJWK``) by their id; a key without one is under the empty text."""

    keys: Mapping[str, Any]


class _Keys(msgspec.Struct):
    keys: list[dict[str, Any]]


def read_key_set(data: bytes) -> KeySet:
    """The keys of a JSON Web Key Set (RFC 7517, section 5) that can verify what we accept; others are passed over.

    :raises InvalidHook: where it is none, or holds no usable key.
    """
    found: dict[str, Any] = {}
    for key in read_json(data, _Keys).keys:
        usable = _usable(key)
        if usable is not None:
            found[usable.key_id or ""] = usable
    if not found:
        raise InvalidHook("it holds no key for RS256 or ES256")
    return KeySet(found)


def _usable(key: dict[str, Any]) -> Any:
    import jwt

    algorithm = {"RSA": "RS256", "EC": "ES256"}.get(str(key.get("kty")))
    if algorithm is None or key.get("use", "sig") != "sig" or key.get("alg", algorithm) != algorithm:
        return None
    if algorithm == "ES256" and key.get("crv") != "P-256":
        return None
    if not isinstance(key.get("kid", ""), str):
        return None
    try:
        read = jwt.PyJWK(key, algorithm=algorithm)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    return None if algorithm == "RS256" and read.key.key_size < MIN_RSA_BITS else read


def check_identity(
    login: IdentityToken,
    headers: Mapping[str, str],
    keys: KeySet | None,
    now: datetime,
    subject_claim: SubjectClaim = "sub",
) -> Denial | UnknownKey | dict[str, Any]:
    """The claims of a token that is right in all that is asked of it: key, issuer, audience, subject, times.

    :param keys: ``None`` where none are at hand yet.
    """
    import jwt

    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return Denial(UNAUTHORIZED, "it has no token (Authorization: Bearer)")
    if len(token) > MAX_TOKEN or not _TOKEN.fullmatch(token):
        return Denial(FORBIDDEN, "its token is none")
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError):
        return Denial(FORBIDDEN, "its token is none")
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        return Denial(
            FORBIDDEN, "its token is signed by an algorithm that is not accepted: RS256 and ES256 are"
        )
    key = None if keys is None else keys.keys.get(header.get("kid") or "")
    if key is None:
        return UnknownKey()
    if key.key_type != ALGORITHMS[algorithm]:
        return Denial(FORBIDDEN, "its token names a key of another type than its algorithm needs")
    claims = _claims(login, token, key, algorithm, now)
    if isinstance(claims, Denial):
        return claims
    return _of_subject(login, claims, subject_claim)


def _claims(
    login: IdentityToken, token: str, key: Any, algorithm: str, now: datetime
) -> Denial | dict[str, Any]:
    import jwt

    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key.key,
            algorithms=[algorithm],
            audience=login.audience,
            issuer=[login.issuer, login.issuer.removeprefix("https://")],
            options={
                "require": ["exp", "iss", "aud", "sub"],
                "verify_exp": False,  # by the time that is passed in, below
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
    except jwt.InvalidIssuerError:
        return Denial(FORBIDDEN, "its token is of another issuer")
    except jwt.InvalidAudienceError:
        return Denial(FORBIDDEN, "its token is for another audience")
    except jwt.MissingRequiredClaimError as error:
        return Denial(FORBIDDEN, f"its token has no claim {error.claim}")
    except jwt.InvalidSignatureError:
        return Denial(FORBIDDEN, "the signature of its token is wrong")
    except (jwt.PyJWTError, ValueError, TypeError):
        return Denial(FORBIDDEN, "its token cannot be read")
    return _in_time(claims, now.timestamp())


def _in_time(claims: dict[str, Any], now: float) -> Denial | dict[str, Any]:
    expires, starts = claims["exp"], claims.get("nbf", 0)
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in (expires, starts)):
        return Denial(FORBIDDEN, "the times of its token cannot be read")
    if now > expires + LEEWAY:
        return Denial(FORBIDDEN, "its token has expired")
    if now < starts - LEEWAY:
        return Denial(FORBIDDEN, "its token is not valid yet")
    return claims


def _of_subject(login: IdentityToken, claims: dict[str, Any], claim: SubjectClaim) -> Denial | dict[str, Any]:
    told = claims.get(claim)
    if claim == "email" and claims.get("email_verified") is not True:
        return Denial(FORBIDDEN, "its token has no verified address")
    if not isinstance(told, str) or not _equal(told, login.subject):
        return Denial(FORBIDDEN, "its token is of another subject")
    return claims


def check_body_digest(claims: Mapping[str, Any], body: bytes) -> Denial | None:
    """Compare the claim ``webhook.digest``, by which Chainguard binds a token to the body (SDK, ``events/webhook.go``)."""
    webhook = claims.get("webhook")
    told = webhook.get("digest") if isinstance(webhook, dict) else None
    if not isinstance(told, str):
        return Denial(FORBIDDEN, "its token does not say for which body it is")
    if not _equal(told, f"sha256:{hashlib.sha256(body).hexdigest()}"):
        return Denial(FORBIDDEN, "its token is for another body")
    return None


def _equal(told: str, expected: str) -> bool:
    return hmac.compare_digest(told.encode("utf-8", "replace"), expected.encode())
