"""How a registry's deliveries prove where they come from: what each kind of registry can offer, and no secret shown.

Wherever several secrets stand, each is good: while one replaces another, both are in use.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SharedHeader:
    """A header that the registry sends as it was configured, compared word for word.

    :param header: its name, lower case.
    """

    header: str
    secrets: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class BasicLogin:
    """A user's name and password (RFC 7617)."""

    username: str
    passwords: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class BodySignature:
    """An HMAC of the body as it was sent; algorithm and header are the registry's."""

    secrets: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PathToken:
    """A random token as the last segment of the path, for a registry that offers nothing else."""

    tokens: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class IdentityToken:
    """A signed token of an OpenID issuer (OpenID Connect Core 1.0, section 2).

    :param issuer: ``https://…``; it publishes its keys.
    :param audience: whom the token must be meant for.
    :param subject: whose token it must be: ``webhook:<group>`` of Chainguard, a service account's address of Google.
    :param keys: a JSON Web Key Set (RFC 7517) to use in place of what the issuer publishes.
    """

    issuer: str
    audience: str
    subject: str
    keys: str | None = None


HookLogin = SharedHeader | BasicLogin | BodySignature | PathToken | IdentityToken
"""One of them proves where a source's deliveries come from."""
