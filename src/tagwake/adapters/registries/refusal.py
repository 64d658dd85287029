"""What a registry's refusal means, in one line that says what to do."""

import re

from tagwake.adapters.registries.credentials import Login
from tagwake.core.digest import Digest
from tagwake.core.registry_rule import Endpoint
from tagwake.core.resolution import Failure, Unresolved
from tagwake.formats.registry.error_body import RegistryError

_HIDES = frozenset({"docker.io", "ghcr.io"})
"""Registries that answer 401, 403 and 404 for what is missing and for what is private alike."""

_GONE = frozenset({"MANIFEST_UNKNOWN", "BLOB_UNKNOWN"})
"""What a registry says of content that is not in a repository that we may see."""

_CODE = re.compile(r"[A-Z][A-Z_]{0,40}")


def login_command(registry: str) -> str:
    """What to type to log in."""
    return "`docker login`" if registry == "docker.io" else f"`docker login {registry}`"


def shown(repository: str, wanted: str | Digest) -> str:
    """A tag or digest of a repository, as messages name it; the repository where it is about neither."""
    if not wanted:
        return repository
    return f"{repository}@{wanted.short}" if isinstance(wanted, Digest) else f"{repository}:{wanted}"


def refusal(
    endpoint: Endpoint,
    status: int,
    wanted: str | Digest,
    login: Login,
    *,
    rest: float | None = None,
    errors: tuple[RegistryError, ...] = (),
) -> Unresolved:
    """What this status means for the tag or digest that was asked for."""
    registry, name = endpoint.registry, shown(endpoint.repository, wanted)
    begin = f"{status} from {registry}"
    hidden = " (missing or private)" if registry in _HIDES else ""
    problem = f" ({login.problem})" if login.problem else ""
    if status == 401:
        return Unresolved(Failure.UNAUTHORIZED, _unauthorized(begin, hidden, login, registry) + problem)
    if status == 403:
        return Unresolved(Failure.FORBIDDEN, _forbidden(begin, hidden, name, login, registry) + problem)
    if status == 404:
        failure = Failure.FORBIDDEN if _may_be_hidden(endpoint, wanted, login, errors) else Failure.NOT_FOUND
        return Unresolved(failure, _not_found(begin, endpoint, wanted, login, errors) + problem)
    if status == 429:
        asked = f"; it asks for {rest:g} s of rest" if rest else ""
        more = "" if login.credential else f", or log in with {login_command(registry)}"
        return Unresolved(Failure.RATE_LIMITED, f"{begin}: too many requests{asked}: try again later{more}")
    if status >= 500:
        return Unresolved(Failure.SERVER, f"{begin}: the registry fails: try again later")
    # Its message stays out: a server that echoes what it was sent must not make us print it.
    said = next((f" ({each.code})" for each in errors if _CODE.fullmatch(each.code)), "")
    return Unresolved(
        Failure.GARBAGE,
        f"{begin}{said}: no answer that says anything of {name}: check that a registry is there",
    )


def _unauthorized(begin: str, hidden: str, login: Login, registry: str) -> str:
    if login.credential is None:
        return f"{begin}{hidden}: log in with {login_command(registry)}"
    return f"{begin}{hidden}: the login of {login.credential.source} is refused: log in again with {login_command(registry)}"


def _forbidden(begin: str, hidden: str, name: str, login: Login, registry: str) -> str:
    if login.credential is None:
        closed = "" if hidden else f" {name} is not for everyone:"
        return f"{begin}{hidden}:{closed} log in with {login_command(registry)}"
    return f"{begin}{hidden}: the login of {login.credential.source} may not read {name}: ask for access"


def _may_be_hidden(
    endpoint: Endpoint, wanted: str | Digest, login: Login, errors: tuple[RegistryError, ...]
) -> bool:
    """Whether this 404 may be how a stranger is sent away: then it does not say that a digest is gone."""
    if not isinstance(wanted, Digest) or login.credential is not None:
        return False
    codes = {each.code for each in errors}
    return "NAME_UNKNOWN" in codes or (endpoint.registry in _HIDES and codes.isdisjoint(_GONE))


def _not_found(
    begin: str, endpoint: Endpoint, wanted: str | Digest, login: Login, errors: tuple[RegistryError, ...]
) -> str:
    log_in = f"log in with {login_command(endpoint.registry)}"
    if _may_be_hidden(endpoint, wanted, login, errors):
        return f"{begin}: {endpoint.repository} is missing or private: check the name, or {log_in}"
    if endpoint.registry in _HIDES and login.credential is None and not isinstance(wanted, Digest):
        name = shown(endpoint.repository, wanted)
        return f"{begin}: {name} is missing or private: check the name, or {log_in}"
    if any(each.code == "NAME_UNKNOWN" for each in errors):
        return f"{begin}: no repository {endpoint.repository}: check the name"
    if isinstance(wanted, Digest):
        return f"{begin}: {shown(endpoint.repository, wanted)} is no longer served"
    return f"{begin}: no tag {wanted} in {endpoint.repository}: check the name"
