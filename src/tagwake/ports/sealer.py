"""Sealing: how a secret is kept where others may read."""

from typing import Protocol

from tagwake.core.secret import Secret


class Sealer(Protocol):
    """Seals secrets for the database and opens them again.

    ``place`` says what the secret is for (``source harbor/main``): what was sealed for one place opens in no other.
    """

    def seal(self, secret: Secret, place: str) -> bytes:
        """The secret, unreadable without the key.

        :raises UsageRefused: where there is no key.
        """
        ...

    def open(self, sealed: bytes, place: str) -> Secret:
        """The secret again.

        :raises UsageRefused: where there is no key, or none of the keys fits.
        """
        ...
