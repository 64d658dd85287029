"""An HMAC over the body as it was sent, in the forms that registries use; compared in constant time."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from tagwake.formats.registry.nesting import nests_deeper
from tagwake.formats.webhook.body import MAX_DEPTH
from tagwake.formats.webhook.proof import FORBIDDEN, UNAUTHORIZED, Denial


@dataclass(frozen=True, slots=True)
class SignedHeader:
    """Where a signature stands and how it is written.

    :param header: its name, lower case.
    :param algorithm: of hashlib.
    :param prefix: what stands before the hex digits.
    """

    header: str
    algorithm: str = "sha256"
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class SignatureScheme:
    """How a registry signs.

    :param headers: each carries the signature; those that are there must all be right, and one must be there.
    :param compact: it may be over the body's JSON written compactly, where the bytes that came are not.
    """

    headers: tuple[SignedHeader, ...]
    compact: bool = False


def check_signature(
    scheme: SignatureScheme, secrets: Sequence[str], headers: Mapping[str, str], body: bytes
) -> Denial | bytes:
    """The bytes that are proven to come from the source: the body, or its compact form where that was signed."""
    present = [each for each in scheme.headers if headers.get(each.header)]
    if not present:
        return Denial(UNAUTHORIZED, f"it has no {scheme.headers[0].header} header")
    for secret in filter(None, secrets):
        for signed in (body, _compact(body)) if scheme.compact else (body,):
            if signed is not None and all(_is_right(each, secret, headers, signed) for each in present):
                return signed
    return Denial(FORBIDDEN, f"its signature ({present[0].header}) is not one of this body by our secret")


def _is_right(form: SignedHeader, secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    expected = form.prefix + hmac.new(secret.encode(), body, getattr(hashlib, form.algorithm)).hexdigest()
    return hmac.compare_digest(headers[form.header].encode("latin-1", "replace"), expected.encode())


def _compact(body: bytes) -> bytes | None:
    if nests_deeper(body, MAX_DEPTH):
        return None
    try:
        return msgspec.json.encode(msgspec.json.decode(body))
    except (msgspec.MsgspecError, UnicodeError):
        return None
