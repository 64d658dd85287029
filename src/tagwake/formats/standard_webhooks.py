"""Signatures of Standard Webhooks 1.0.0: HMAC-SHA256 (``v1``) and Ed25519 (``v1a``), made and verified.

What is signed is ``{id}.{timestamp}.{body}``, the body as its raw bytes. The header holds one signature for each key,
so that a receiver goes from an old key to a new one without a moment in which it refuses what is genuine.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tagwake.core.errors import InvalidSecret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
"""The names of the headers."""
TOLERANCE = timedelta(minutes=5)
"""How far a timestamp may be from now: an older one could be a replay."""
SECRET_BYTES = range(24, 65)
"""Random bytes of a symmetric secret."""
MAX_HEADER = 4096
"""Characters of a signature header; more is refused unread."""

_HMAC, _PRIVATE, _PUBLIC = "whsec_", "whsk_", "whpk_"
_KEY_BYTES = 32
_MAX_SECRET = 200
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with every key that it was given; its representation shows none.

    :param hmacs: keys of ``whsec_`` secrets.
    :param private_keys: of ``whsk_`` secrets.
    """

    hmacs: tuple[bytes, ...] = field(repr=False)
    private_keys: tuple["Ed25519PrivateKey", ...] = field(repr=False)

    @classmethod
    def of(cls, secrets: Sequence[str]) -> "Signer":
        """From ``whsec_…`` and ``whsk_…``, in any number.

        :raises InvalidSecret: for one that is neither, or where there is none.
        """
        if not secrets:
            raise InvalidSecret("a subscription without a signing secret: give it one, whsec_ or whsk_")
        hmacs = tuple(_hmac_key(secret) for secret in secrets if not secret.startswith(_PRIVATE))
        return cls(hmacs, tuple(_private_key(secret) for secret in secrets if secret.startswith(_PRIVATE)))

    def headers(self, message_id: str, timestamp: datetime, body: bytes) -> dict[str, str]:
        """The three headers of one attempt.

        :param message_id: the same for all attempts; without a full stop, which parts what is signed.
        :param timestamp: of the attempt.
        """
        seconds = str(int(timestamp.timestamp()))
        content = _content(message_id, seconds, body)
        signatures = [f"v1,{_text(hmac.new(key, content, hashlib.sha256).digest())}" for key in self.hmacs]
        signatures += [f"v1a,{_text(key.sign(content))}" for key in self.private_keys]
        return {ID: message_id, TIMESTAMP: seconds, SIGNATURE: " ".join(signatures)}


def refusal(headers: Mapping[str, str], body: bytes, keys: Sequence[str], now: datetime) -> str | None:
    """Why a message is not genuine, or ``None`` where one of its signatures is good by one of the keys.

    :param headers: with names in lower case.
    :param keys: ``whsec_…`` for ``v1``; ``whpk_…`` for ``v1a`` (a ``whsk_…`` counts as its public half).
    :raises InvalidSecret: for a key that is none of these.
    """
    message_id, seconds, given = (headers.get(name) for name in (ID, TIMESTAMP, SIGNATURE))
    if not message_id or not seconds or not given:
        return f"the headers {ID}, {TIMESTAMP} and {SIGNATURE} are needed"
    if len(given) > MAX_HEADER or not _SECONDS.fullmatch(seconds):
        return f"{SIGNATURE} or {TIMESTAMP} is malformed"
    if abs(now.timestamp() - int(seconds)) > TOLERANCE.total_seconds():
        return f"{TIMESTAMP} is too far from now"
    content = _content(message_id, seconds, body)
    signatures = [
        (version, _bytes(text)) for version, _, text in (each.partition(",") for each in given.split())
    ]
    checks = [_hmac_check(key) if key.startswith(_HMAC) else _public_check(key) for key in keys]
    if any(check(version, signature, content) for version, signature in signatures for check in checks):
        return None
    return "no signature is good"


def hmac_secret(chance: bytes) -> str:
    """A ``whsec_…`` of 24 to 64 random bytes.

    :raises InvalidSecret: where they are fewer or more.
    """
    if len(chance) not in SECRET_BYTES:
        raise InvalidSecret(f"a signing secret has 24 to 64 bytes, and this has {len(chance)}")
    return f"{_HMAC}{_text(chance)}"


def private_secret(chance: bytes) -> str:
    """A ``whsk_…`` of 32 random bytes.

    :raises InvalidSecret: where they are fewer or more.
    """
    if len(chance) != _KEY_BYTES:
        raise InvalidSecret(f"an Ed25519 key has {_KEY_BYTES} bytes, and this has {len(chance)}")
    return f"{_PRIVATE}{_text(chance)}"


def public_key_of(secret: str) -> str:
    """The ``whpk_…`` that receivers verify with, of a ``whsk_…``.

    :raises InvalidSecret: when it is none.
    """
    return f"{_PUBLIC}{_text(_private_key(secret).public_key().public_bytes_raw())}"


def _content(message_id: str, seconds: str, body: bytes) -> bytes:
    return b"%s.%s.%s" % (message_id.encode(), seconds.encode(), body)


def _hmac_check(key: str) -> Callable[[str, bytes, bytes], bool]:
    secret = _hmac_key(key)

    def check(version: str, signature: bytes, content: bytes) -> bool:
        return version == "v1" and hmac.compare_digest(
            hmac.digest(secret, content, hashlib.sha256), signature
        )

    return check


def _public_check(key: str) -> Callable[[str, bytes, bytes], bool]:
    from cryptography.exceptions import InvalidSignature

    public = _public_key(key)

    def check(version: str, signature: bytes, content: bytes) -> bool:
        if version != "v1a":
            return False
        try:
            public.verify(signature, content)
        except InvalidSignature:
            return False
        return True

    return check


def _hmac_key(secret: str) -> bytes:
    key = _bytes(secret.removeprefix(_HMAC)) if secret.startswith(_HMAC) else b""
    if len(key) not in SECRET_BYTES:
        raise InvalidSecret(
            "a signing secret is whsec_ and 24 to 64 bytes as base64, or whsk_ and an Ed25519 key"
        )
    return key


def _private_key(secret: str) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    raw = _bytes(secret.removeprefix(_PRIVATE)) if secret.startswith(_PRIVATE) else b""
    if len(raw) not in {_KEY_BYTES, 2 * _KEY_BYTES}:
        raise InvalidSecret("a private key is whsk_ and the 32 bytes of an Ed25519 key as base64")
    key = Ed25519PrivateKey.from_private_bytes(raw[:_KEY_BYTES])
    if raw[_KEY_BYTES:] not in {b"", key.public_key().public_bytes_raw()}:
        raise InvalidSecret("a private key whose second half is not its public key")
    return key


def _public_key(key: str) -> "Ed25519PublicKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if key.startswith(_PRIVATE):
        return _private_key(key).public_key()
    raw = _bytes(key.removeprefix(_PUBLIC)) if key.startswith(_PUBLIC) else b""
    if len(raw) != _KEY_BYTES:
        raise InvalidSecret("a public key is whpk_ and the 32 bytes of an Ed25519 key as base64")
    return Ed25519PublicKey.from_public_bytes(raw)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    """What base64 stands for, with its padding or without; nothing where it is none."""
    if len(text) > _MAX_SECRET:
        return b""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
