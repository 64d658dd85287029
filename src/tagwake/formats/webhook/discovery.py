"""What an issuer of identity tokens publishes of itself (OpenID Connect Discovery 1.0, sections 3 and 4)."""

import msgspec

from tagwake.core.errors import InvalidHook
from tagwake.formats.webhook.body import read_json

WELL_KNOWN = "/.well-known/openid-configuration"
MAX_BYTES = 262_144
"""Of the document, and of a key set."""


class _Configuration(msgspec.Struct):
    issuer: str
    jwks_uri: str


def read_keys_address(data: bytes, issuer: str) -> str:
    """The URL of the issuer's keys.

    :param issuer: who was asked; the document must be of that one (section 4.3).
    :raises InvalidHook: where it is another's, or no document at all.
    """
    configuration = read_json(data, _Configuration)
    if configuration.issuer != issuer:
        raise InvalidHook("it is the document of another issuer")
    if not configuration.jwks_uri.startswith("https://"):
        raise InvalidHook("its keys are not served over TLS")
    return configuration.jwks_uri
