"""The keys by which an issuer of identity tokens signs."""

from typing import Protocol

from tagwake.core.resolution import Unresolved


class IssuerKeys(Protocol):
    """Asks an issuer for its keys; it keeps nothing."""

    async def fetch(self, issuer: str) -> bytes | Unresolved:
        """The JSON Web Key Set (RFC 7517) that the issuer publishes (OpenID Connect Discovery 1.0, section 4).

        :param issuer: ``https://…``, as its tokens name it.
        """
        ...
