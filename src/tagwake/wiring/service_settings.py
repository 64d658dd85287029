"""The settings of the service: which file has them, and the secrets that it names."""

import os
from collections.abc import Callable, Mapping

from tagwake.core.errors import InvalidSettings, UsageRefused
from tagwake.core.hook_login import (
    BasicLogin,
    BodySignature,
    HookLogin,
    IdentityToken,
    PathToken,
    SharedHeader,
)
from tagwake.core.hook_source import HookSource
from tagwake.core.service_settings import SecretPlace, ServiceSettings, SourceSettings
from tagwake.formats.service_settings import FILE, LOGINS, read_service_settings
from tagwake.formats.toml_section import MAX_BYTES
from tagwake.formats.webhook.kinds import KINDS, Kind

VARIABLE = "TAGWAKE_SERVICE_SETTINGS"
MAX_SECRET = 65_536
"""Bytes of a file with a secret, or with keys."""

_LOGIN_TYPES: Mapping[str, type[HookLogin]] = dict(
    zip(LOGINS, (SharedHeader, BasicLogin, BodySignature, PathToken, IdentityToken), strict=True)
)


def load_service_settings(
    environment: Mapping[str, str], path: str | None = None
) -> tuple[ServiceSettings, str]:
    """The settings, defaults where there is no file, and the folder that the file's paths count from.

    The file is ``path``, else ``$TAGWAKE_SERVICE_SETTINGS``, else ``tagwake-service.toml`` in the working directory.

    :raises UsageRefused: for a file that was named and cannot be read.
    :raises InvalidSettings: naming file, line and column.
    """
    named = path or environment.get(VARIABLE) or None
    chosen = named or FILE
    try:
        with open(chosen, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        if named is None:
            return ServiceSettings(), os.getcwd()
        raise UsageRefused(f"{named}: there is no such file") from None
    except OSError as error:
        raise UsageRefused(f"{chosen}: cannot be read: {error.strerror}") from None
    return read_service_settings(data, chosen), os.path.dirname(os.path.abspath(chosen))


def hook_source(source: SourceSettings, environment: Mapping[str, str], folder: str) -> HookSource:
    """A source with the secrets that its settings name.

    :raises InvalidSettings: where one is not there, or the login is not complete.
    """
    kind = KINDS[source.kind]
    secrets = tuple(_secret(place, environment, folder) for place in source.secrets)
    type_ = _login_type(source, kind)
    return HookSource(
        source.kind,
        source.name,
        _MAKERS[type_](source, kind, secrets, folder),
        source.registry,
        source.renames,
    )


def source_by_hand(source: SourceSettings, environment: Mapping[str, str], folder: str) -> HookSource:
    """A source as it is given on the command line: where a token in the path is its login and none is given, one is made later.

    :raises UsageRefused: for a kind that there is not.
    :raises InvalidSettings: as :func:`hook_source`.
    """
    kind = KINDS.get(source.kind)
    if kind is None:
        raise UsageRefused(f"there is no kind of hooks {source.kind!r}: there is {', '.join(sorted(KINDS))}")
    if not source.secrets and _login_type(source, kind) is PathToken:
        return HookSource(source.kind, source.name, PathToken(()), source.registry, source.renames)
    return hook_source(source, environment, folder)


def _login_type(source: SourceSettings, kind: Kind) -> type[HookLogin]:
    if source.login is not None:
        return _LOGIN_TYPES[source.login]
    if source.username is not None and BasicLogin in kind.logins:
        return BasicLogin
    return kind.logins[0]


def _header(source: SourceSettings, kind: Kind, secrets: tuple[str, ...], _folder: str) -> HookLogin:
    return SharedHeader((source.header or kind.header).lower(), secrets)


def _basic(source: SourceSettings, _kind: Kind, secrets: tuple[str, ...], _folder: str) -> HookLogin:
    if source.username is None:
        raise InvalidSettings(f"{source.place}: a basic login wants a username")
    return BasicLogin(source.username, secrets)


def _signature(_source: SourceSettings, _kind: Kind, secrets: tuple[str, ...], _folder: str) -> HookLogin:
    return BodySignature(secrets)


def _path_token(source: SourceSettings, _kind: Kind, secrets: tuple[str, ...], _folder: str) -> HookLogin:
    if not secrets:
        raise InvalidSettings(
            f"{source.place}: a token in a path wants secret_env or secret_file; `tagwake source add` makes one"
        )
    return PathToken(secrets)


def _identity(source: SourceSettings, kind: Kind, _secrets: tuple[str, ...], folder: str) -> HookLogin:
    issuer, audience = source.issuer or kind.issuer, source.audience or kind.audience
    if issuer is None or audience is None or source.subject is None:
        raise InvalidSettings(f"{source.place}: an identity token wants an issuer, an audience and a subject")
    keys = None
    if source.keys_file is not None:
        keys = _content(os.path.join(folder, source.keys_file), source.place)
    return IdentityToken(issuer, audience, source.subject, keys)


_MAKERS: Mapping[type[HookLogin], Callable[[SourceSettings, Kind, tuple[str, ...], str], HookLogin]] = {
    SharedHeader: _header,
    BasicLogin: _basic,
    BodySignature: _signature,
    PathToken: _path_token,
    IdentityToken: _identity,
}


def _secret(place: SecretPlace, environment: Mapping[str, str], folder: str) -> str:
    if place.variable is not None:
        found = environment.get(place.variable, "")
        if not found:
            raise InvalidSettings(f"{place.place}: the variable {place.variable} is not set")
        return found
    assert place.file is not None
    found = _content(os.path.join(folder, place.file), place.place).strip("\r\n")
    if not found:
        raise InvalidSettings(f"{place.place}: {place.file} is empty")
    return found


def _content(path: str, place: str) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_SECRET + 1)
        text = data.decode()
    except OSError as error:
        raise InvalidSettings(f"{place}: {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidSettings(f"{place}: {path} is not UTF-8") from None
    if len(data) > MAX_SECRET:
        raise InvalidSettings(f"{place}: {path} is larger than {MAX_SECRET // 1024} KiB")
    return text
