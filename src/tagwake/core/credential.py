"""What proves to a registry who is asking."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credential:
    """A login; its representation shows none of it.

    :param source: where it was found, for messages: ``~/.docker/config.json``, ``docker-credential-pass``.
    :param username: with ``password``, for basic authentication and for a token service.
    :param identity_token: what a token service takes in place of a password (OAuth 2 refresh token).
    :param registry_token: a bearer token that goes to the registry as it is.
    """

    source: str
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)
    registry_token: str = field(default="", repr=False)
