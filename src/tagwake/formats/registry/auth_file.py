"""Where docker and podman keep logins: ``config.json`` and ``auth.json``."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from tagwake.core.credential import Credential
from tagwake.core.errors import InvalidAnswer
from tagwake.core.reference import DEFAULT_REGISTRY
from tagwake.formats.registry.nesting import nests_deeper

MAX_BYTES = 4_194_304
MAX_DEPTH = 64

HUB_KEY = "https://index.docker.io/v1/"
"""The key under which docker keeps the login of Docker Hub."""

TOKEN_USER = "<token>"  # noqa: S105 - a marker, no secret
"""The user name that says the secret is an identity token (docker-credential-helpers)."""

_HUB_HOSTS = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})
_HELPER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*+")


class _Entry(msgspec.Struct):
    auth: str | None = None
    username: str | None = None
    password: str | None = None
    identitytoken: str | None = None
    registrytoken: str | None = None


class _File(msgspec.Struct):
    auths: dict[str, _Entry | None] | None = None
    creds_store: str | None = msgspec.field(default=None, name="credsStore")
    cred_helpers: dict[str, str | None] | None = msgspec.field(default=None, name="credHelpers")


@dataclass(frozen=True, slots=True)
class AuthFile:
    """One such file, read.

    :param source: its path, for messages.
    :param credentials: by normalised registry, ``host[:port][/path]``.
    :param helpers: the credential helper of a registry, without ``docker-credential-``.
    :param store: the helper of every other registry.
    """

    source: str
    credentials: Mapping[str, Credential] = field(repr=False)
    helpers: Mapping[str, str]
    store: str | None

    def helper_for(self, registry: str) -> str | None:
        """The credential helper to ask for this registry."""
        return self.helpers.get(registry) or self.store

    def credential_for(self, registry: str, repository: str) -> Credential | None:
        """The login under the longest key that holds for the repository (containers-auth.json(5))."""
        key = f"{registry}/{repository}"
        while key:
            if found := self.credentials.get(key):
                return found
            key = key.rpartition("/")[0]
        return None


def read_auth_file(data: bytes, source: str) -> AuthFile:
    """Read docker's or podman's file of logins; other keys than those of logins are passed over.

    :raises InvalidAnswer: when it is no such file; the message shows nothing of what it holds.
    """
    if len(data) > MAX_BYTES:
        raise InvalidAnswer(f"{source} is longer than {MAX_BYTES} bytes")
    if nests_deeper(data, MAX_DEPTH):
        raise InvalidAnswer(f"{source} nests deeper than {MAX_DEPTH}")
    try:
        file = msgspec.json.decode(data, type=_File) if data.strip() else _File()
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise InvalidAnswer(f"{source} is no file of logins in JSON: log in again to write it anew") from None
    credentials: dict[str, Credential] = {}
    for key, entry in (file.auths or {}).items():
        credential = _credential(entry, source) if entry is not None else None
        if credential is not None:
            credentials.setdefault(registry_of(key), credential)
    helpers = {registry_of(key): _helper(name) for key, name in (file.cred_helpers or {}).items()}
    return AuthFile(
        source, credentials, {key: name for key, name in helpers.items() if name}, _helper(file.creds_store)
    )


def registry_of(key: str) -> str:
    """The normalised registry that a key names: docker writes URLs for some, podman paths of repositories."""
    scheme, separator, rest = key.partition("://")
    place = (rest if separator else scheme).strip().rstrip("/")
    host, _, path = place.partition("/")
    host = DEFAULT_REGISTRY if host.lower() in _HUB_HOSTS else host.lower()
    if separator or path in {"v1", "v2"} or not path:
        return host
    return f"{host}/{path}"


def server_of(registry: str) -> str:
    """What a credential helper knows the registry by."""
    return HUB_KEY if registry == DEFAULT_REGISTRY else registry


def _helper(name: str | None) -> str | None:
    return name if name is not None and _HELPER.fullmatch(name) else None


def _credential(entry: _Entry, source: str) -> Credential | None:
    username, password = entry.username or "", entry.password or ""
    if entry.auth:
        try:
            decoded = base64.b64decode(entry.auth, validate=False).decode()
        except ValueError:  # no base64, or no text
            return None
        username, _, password = decoded.rstrip("\0").partition(":")
    return credential_of(source, username, password, entry.identitytoken or "", entry.registrytoken or "")


def credential_of(
    source: str, username: str, password: str, identity_token: str = "", registry_token: str = ""
) -> Credential | None:
    """The credential that these parts make, or ``None`` where they make none."""
    if username == TOKEN_USER and password and not identity_token:
        return Credential(source, identity_token=password)
    if registry_token or identity_token or (username and password):
        return Credential(source, username, password, identity_token, registry_token)
    return None
