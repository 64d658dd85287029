"""Secrets, sealed with AES-256-GCM under the operator's key."""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence

from tagwake.core.errors import UsageRefused
from tagwake.core.secret import Secret

VARIABLE = "TAGWAKE_SECRET_KEY"
KEY_BYTES = 32
_HOW_TO = f"make one with `openssl rand -base64 {KEY_BYTES}`"
_VERSION = b"\x01"
_ID_BYTES = 4
_NONCE_BYTES = 12


class KeySealer:
    """Seals with the first of several keys, and opens with whichever sealed it.

    What is sealed is a version, four bytes that tell the keys apart, a random nonce, and the ciphertext with its tag;
    the place that a secret is for is authenticated with it (NIST SP 800-38D).
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take the keys, 32 bytes each, the newest first."""
        self._keys = {_id_of(key): key for key in reversed(keys)}
        self._newest = _id_of(keys[0])

    @classmethod
    def of(cls, text: str) -> "KeySealer":
        """From the text of the environment variable: keys in base64, the newest first, with commas between them.

        :raises UsageRefused: where one is no key; it is not shown.
        """
        keys = []
        for position, part in enumerate(text.split(","), 1):
            try:
                key = base64.b64decode(part.strip().replace("-", "+").replace("_", "/"), validate=True)
            except (binascii.Error, ValueError):
                key = b""
            if len(key) != KEY_BYTES:
                raise UsageRefused(
                    f"{VARIABLE}: key {position} is not {KEY_BYTES} bytes in base64: {_HOW_TO}"
                )
            keys.append(key)
        return cls(keys)

    def seal(self, secret: Secret, place: str) -> bytes:
        """See :meth:`tagwake.ports.sealer.Sealer.seal`."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # only the service needs it

        nonce = secrets.token_bytes(_NONCE_BYTES)
        box = AESGCM(self._keys[self._newest])
        sealed = box.encrypt(nonce, secret.reveal().encode(), place.encode())
        return _VERSION + self._newest + nonce + sealed

    def open(self, sealed: bytes, place: str) -> Secret:
        """See :meth:`tagwake.ports.sealer.Sealer.open`."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        start = 1 + _ID_BYTES
        key = self._keys.get(sealed[1:start])
        if sealed[:1] != _VERSION or key is None:
            raise UsageRefused(
                f"the secret of {place} was sealed with a key that is not in {VARIABLE}: add it after the newest"
            )
        nonce, body = sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]
        try:
            return Secret(AESGCM(key).decrypt(nonce, body, place.encode()).decode())
        except InvalidTag:
            raise UsageRefused(
                f"the secret of {place} is damaged, or was sealed for something else: give it again"
            ) from None

    def __repr__(self) -> str:
        return "KeySealer()"


class NoSealer:
    """Stands where the operator has given no key: it seals nothing and opens nothing."""

    def seal(self, secret: Secret, place: str) -> bytes:  # noqa: ARG002 (as the port has it)
        """See :meth:`tagwake.ports.sealer.Sealer.seal`."""
        raise UsageRefused(f"the secret of {place} is not kept in the clear: set {VARIABLE}; {_HOW_TO}")

    def open(self, sealed: bytes, place: str) -> Secret:  # noqa: ARG002
        """See :meth:`tagwake.ports.sealer.Sealer.open`."""
        raise UsageRefused(
            f"the secret of {place} is sealed: set {VARIABLE} to the key that it was sealed with"
        )


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"tagwake key id" + key).digest()[:_ID_BYTES]
